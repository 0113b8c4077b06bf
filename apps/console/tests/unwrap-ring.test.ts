import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unwrapRing } from '../src/pages/overview/unwrap-ring.ts';

test('a ring away from the 180th meridian stays as it is', () => {
  const ring = [
    [10, 50],
    [20, 50],
    [20, 40],
    [10, 50],
  ];
  assert.deepEqual(unwrapRing(ring), ring);
});

test('a ring across the 180th meridian goes on past it and comes back', () => {
  const ring = [
    [170, 60],
    [-170, 60],
    [-170, 70],
    [170, 70],
    [170, 60],
  ];
  assert.deepEqual(unwrapRing(ring), [
    [170, 60],
    [190, 60],
    [190, 70],
    [170, 70],
    [170, 60],
  ]);
});

test('a ring around the pole is closed along it', () => {
  const ring = [
    [-90, -70],
    [0, -70],
    [90, -70],
    [180, -70],
    [-90, -70],
  ];
  assert.deepEqual(unwrapRing(ring).slice(-4), [
    [270, -70],
    [270, -90],
    [-90, -90],
    [-90, -70],
  ]);
});
