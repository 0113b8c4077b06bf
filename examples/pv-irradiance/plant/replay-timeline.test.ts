import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Row, Series } from '../readers/series.ts';
import { createTimeline } from './replay-timeline.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2017, 0, 1);

function aSeries(hours: readonly number[]): Series {
  const none = { dni: null, dhi: null, temperatureC: 10, humidity: null, windSpeed: null, pressureHpa: null };
  const rows = hours.map((hour): Row => ({ timeMs: startMs + hour * hourMs, ghi: hour, ...none }));
  const site = { name: 'x', latitude: 0, longitude: 0, altitudeM: 0, utcOffsetHours: 0 };
  return { site, stepMs: hourMs, rows, dropped: [] };
}

const block = (from: number, to: number) => ({ fromMs: startMs + from * hourMs, toMs: startMs + to * hourMs });
const tenHours = aSeries([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

test('only hours of the blocks are replayed, one after another', () => {
  const timeline = createTimeline(tenHours, { blocks: [block(2, 4), block(7, 9)], anchorMs: 1000, paceMs: 100 });
  assert.equal(timeline.leftOut, 6);
  const seen = [0, 999, 1000, 1099, 1100, 1200, 1300, 1400].map(
    (wall) => timeline.at(timeline.positionAt(wall)).row.ghi,
  );
  assert.deepEqual(seen, [2, 2, 2, 2, 3, 7, 8, 2]);
  assert.deepEqual(
    [0, 1, 4, 5].map((position) => timeline.beginsAt(position)),
    [1000, 1100, 1400, 1500],
  );
});

test('a series that no block touches is replayed whole', () => {
  const timeline = createTimeline(tenHours, { blocks: [block(100, 200)], anchorMs: 0, paceMs: 100 });
  assert.equal(timeline.rows.length, 10);
  assert.equal(timeline.leftOut, 0);
});

test('a gap in the data lasts as long as it did', () => {
  const timeline = createTimeline(aSeries([0, 1, 5]), { blocks: [], anchorMs: 0, paceMs: 100 });
  assert.deepEqual(
    [0, 1, 2, 3].map((position) => timeline.beginsAt(position)),
    [0, 100, 500, 600],
  );
});

test('it begins where it is told, and what is before comes last', () => {
  const timeline = createTimeline(tenHours, { blocks: [], anchorMs: 0, paceMs: 100, startMs: startMs + 7.5 * hourMs });
  assert.equal(timeline.at(0).row.ghi, 8);
  assert.equal(timeline.at(2).row.ghi, 0);
  assert.throws(
    () => createTimeline(tenHours, { blocks: [], anchorMs: 0, paceMs: 100, startMs: startMs + 10 * hourMs }),
    {
      code: 'bad-request',
    },
  );
});

test('time never goes back, and never stands still from one position to the next', () => {
  const hours = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(hours, fc.integer({ min: 0, max: 500 }), fc.integer({ min: 20, max: 5000 }), (some, from, paceMs) => {
      const series = aSeries(some.toSorted((a, b) => a - b));
      const start = Math.min(from, Math.max(...some));
      const timeline = createTimeline(series, {
        blocks: [block(100, 300)],
        anchorMs: 0,
        paceMs,
        startMs: timelineStart(series, start),
      });
      for (let position = 1; position < 3 * timeline.rows.length; position++) {
        assert.ok(timeline.at(position).timeMs > timeline.at(position - 1).timeMs);
        assert.ok(timeline.beginsAt(position) > timeline.beginsAt(position - 1));
        assert.equal(timeline.positionAt(timeline.beginsAt(position) + 0.5), position);
      }
    }),
  );
});

/** A start that leaves at least one row that may be replayed. */
function timelineStart(series: Series, hour: number): number | undefined {
  const last = series.rows
    .filter((row) => row.timeMs >= block(100, 300).fromMs && row.timeMs < block(100, 300).toMs)
    .at(-1);
  const wanted = startMs + hour * hourMs;
  return wanted <= (last ?? series.rows.at(-1)!).timeMs ? wanted : undefined;
}
