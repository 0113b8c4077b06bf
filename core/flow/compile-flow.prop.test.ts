import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Sample } from '../../contracts/records.ts';
import { type CompiledFlow, compileFlow } from './compile-flow.ts';
import type { Effect, InferEffect } from './effect.ts';
import { aFlow, aModel, aSample, minuteMs } from './flow-builders.ts';

const facts = { models: { 'm@champion': aModel(4) } };

/** A flow with every kind of step. */
const spec = aFlow([
  { id: 'h', resample: { of: 'a', every: '10m' } },
  { id: 'hb', resample: { of: 'b', every: '10m', lateness: '3m' } },
  { id: 'sun', sun: { at: 'h', latitude: 45, longitude: 8, offset: '-5m' } },
  { id: 'c', compute: { x: 'h * 2 + sun.elevation * 0.0', y: 'h - hb' } },
  { id: 'w', window: { of: 'c.x', lags: [0, 1] } },
  { id: 'j', join: { series: { x: 'a', y: 'b' }, tolerance: '2m' } },
  { id: 'm', model: { use: 'm@champion', inputs: { X: ['w', 'c.y', 'hb'] }, outputs: { y: 'y' } } },
  { id: 'hot', when: { value: 'm.y', above: 3, hysteresis: 1, for: '10m' } },
  { id: 'quick', when: { if: 'j.x + j.y > 8', for: '4m' } },
  { id: 'out', write: { tag: 'plc/out', value: 'm.y', minimumInterval: '25m', min: -100, max: 100 } },
  { id: 'valve', write: { tag: 'plc/valve', value: 'a > 4 ? 1.0 : 0.0' } },
  { id: 'relay', write: { tag: 'plc/relay', when: 'quick', on: 'edge', value: 'quick ? a : 0.0' } },
  { id: 'al', alarm: { when: 'hot', message: 'hot: {m.y:1}' } },
  { id: 'p', publish: { stream: 'scores', forTime: '10m', values: { y: 'm.y' } } },
  { id: 's', score: { prediction: 'm.y', truth: 'h', delay: '10m', references: { same: 'h' }, count: 'hb > 0' } },
]);

const step = fc.record({
  tag: fc.constantFrom('plc/a', 'plc/b'),
  after: fc.integer({ min: -3, max: 9 }).map((minutes) => (minutes === 9 ? 45 : minutes)),
  value: fc.integer({ min: 0, max: 9 }),
  bad: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  /** Which of the unanswered inferences and writes are answered after the sample: by position. */
  answer: fc.array(fc.nat(3), { maxLength: 3 }),
  fails: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const script = fc.array(step, { minLength: 20, maxLength: 120 });

function sampleOf({ tag, value, bad }: Step, minute: number): Sample {
  return aSample({
    tag,
    value: bad ? null : value,
    quality: bad ? 'bad' : 'good',
    ...(bad ? { because: 'fault' } : {}),
    sourceTime: minute * minuteMs,
  });
}

/** Someone who carries out effects, some at once and some later, always in the same way for the same script. */
function driver(flow: CompiledFlow) {
  const open = new Map<string, Effect>();
  const log: Effect[] = [];
  const take = (effects: readonly Effect[]) => {
    for (const effect of effects) {
      log.push(effect);
      if (effect.kind !== 'record') open.set(`${effect.kind} ${effect.id}`, effect);
    }
  };
  return {
    log,
    open,
    use(next: CompiledFlow) {
      flow = next;
    },
    play(part: Step, minute: number) {
      take(flow.push(sampleOf(part, minute), minute));
      for (const position of part.answer) {
        const key = [...open.keys()].sort()[position];
        const effect = key === undefined ? undefined : open.get(key)!;
        if (effect === undefined) continue;
        open.delete(key!);
        if (effect.kind === 'infer')
          take(flow.resume(effect.id, part.fails ? { failed: 'closed' } : { outputs: { y: [answerOf(effect)] } }));
        if (effect.kind === 'write')
          take(flow.wrote(effect.id, { outcome: part.fails ? 'failed' : 'written', previous: null }));
      }
    },
  };
}

function answerOf(effect: InferEffect): number {
  return effect.inputs.X!.data.reduce((sum, value) => sum + value, 0) / 8;
}

function minutesOf(parts: readonly Step[]): number[] {
  let now = 5;
  return parts.map((part) => {
    now = Math.max(1, now + part.after);
    return now;
  });
}

const plain = (effects: readonly Effect[]) =>
  JSON.parse(JSON.stringify(effects, (_, value) => (value instanceof Float32Array ? [...value] : value)));

test('saved and restored at any moment, a flow goes on as if nothing had happened', () => {
  let kinds = new Set<string>();
  fc.assert(
    fc.property(script, fc.nat(), (parts, at) => {
      const minutes = minutesOf(parts);
      const cut = at % parts.length;
      const whole = driver(compileFlow('f', spec, facts));
      const broken = driver(compileFlow('f', spec, facts));
      let current = compileFlow('f', spec, facts);
      broken.use(current);
      parts.forEach((part, index) => {
        whole.play(part, minutes[index]!);
        if (index === cut) {
          const saved = JSON.parse(JSON.stringify(current.snapshot()));
          current = compileFlow('f', spec, facts);
          const asked = current.restore(saved);
          // Everything unanswered, and nothing else, is asked for again, exactly as before.
          assert.deepEqual(plain(asked.toSorted(byKey)), plain([...broken.open.values()].sort(byKey)));
          broken.use(current);
        }
        broken.play(part, minutes[index]!);
      });
      assert.deepEqual(plain(broken.log), plain(whole.log));
      kinds = new Set([
        ...kinds,
        ...whole.log.map((effect) => (effect.kind === 'record' ? effect.body.kind : effect.kind)),
      ]);
    }),
    { numRuns: 200 },
  );
  assert.deepEqual([...kinds].sort(), ['alarm', 'decision', 'infer', 'prediction', 'score', 'write']);
});

test('samples that are played again after a restore do nothing', () => {
  fc.assert(
    fc.property(script, (parts) => {
      const minutes = minutesOf(parts);
      const first = compileFlow('f', spec, facts);
      parts.forEach((part, index) => void first.push(sampleOf(part, minutes[index]!)));
      const again = compileFlow('f', spec, facts);
      again.restore(JSON.parse(JSON.stringify(first.snapshot())));
      parts.forEach((part, index) => {
        assert.deepEqual(again.push(sampleOf(part, minutes[index]!)), []);
      });
    }),
  );
});

test('the model never sees a feature that is bad, and its answers never go backwards', () => {
  fc.assert(
    fc.property(script, (parts) => {
      const minutes = minutesOf(parts);
      const run = driver(compileFlow('f', spec, facts));
      parts.forEach((part, index) => void run.play(part, minutes[index]!));
      const times = run.log.flatMap((effect) =>
        effect.kind === 'record' && effect.body.kind === 'prediction' ? [effect.sourceTime] : [],
      );
      assert.deepEqual(
        times,
        [...new Set(times)].sort((x, y) => x - y),
      );
      for (const effect of run.log)
        if (effect.kind === 'infer') assert.ok(effect.inputs.X!.data.every(Number.isFinite));
    }),
  );
});

const byKey = (a: Effect, b: Effect) => keyOf(a).localeCompare(keyOf(b));
const keyOf = (effect: Effect) => (effect.kind === 'record' ? '' : `${effect.kind} ${effect.id}`);
