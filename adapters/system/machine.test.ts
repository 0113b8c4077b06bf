import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observeMachine } from './machine.ts';

test('a machine has processors and memory, and this process uses some of it', () => {
  const machine = observeMachine();
  assert.ok(machine.cpus >= 1);
  assert.ok(machine.memoryFreeBytes > 0 && machine.memoryFreeBytes <= machine.memoryBytes);
  assert.ok(machine.rssBytes > 1e6 && machine.rssBytes < machine.memoryBytes);
  assert.match(machine.platform, /^[a-z0-9]+-[a-z0-9]+$/);
});
