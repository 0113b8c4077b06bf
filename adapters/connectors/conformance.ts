import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResolvedConnector } from '../../contracts/kinds/connector.ts';
import type { Sample } from '../../contracts/records.ts';
import { type Clock, sleepWith } from '../system/clock.ts';
import type { FakeClock } from '../system/fake-clock.ts';
import { seededRandom } from '../system/random.ts';
import { createConnector } from './create-connector.ts';
import { type FaultProxy, type LineFault, startFaultProxy } from './fault-proxy.ts';
import type { Connector } from './port.ts';

/** Equipment `rig` that a test provides, with a number `level` and, where it can be written, a number `setpoint`. */
export interface ConnectorPeer {
  /** Where the connector reaches it; undefined for a peer that is not on a network. */
  readonly address?: { readonly host: string; readonly port: number };
  /**
   * The connector: `scan` at most 200 ms, `staleAfter` 1 s; tag `level`, and, with `written`, writable tag `setpoint`
   * with limits 0 to 100. The port is the one of `address`, or of a line in front of it.
   */
  spec(port: number): ResolvedConnector;
  /** Changes `level`; its values are between 1 and 1000. */
  setLevel(value: number): void | Promise<void>;
  /** What the equipment has as its `setpoint`. */
  written?(): number | undefined | Promise<number | undefined>;
  close(): Promise<void>;
}

/** A connection over which nothing comes any more is given up within this time, by the settings of a rig. */
const SILENCE_MS_MAX = 3000;

/** How time passes: `createFakeClock` for a peer in this process, the system's clock for one outside. */
export interface ConformanceTime {
  readonly clock: Clock;
  pass(ms: number): Promise<void>;
}

/** Steps of time that are waited for something, at most. */
const STEPS_MAX = 4000;
const STEP_MS = 5;
/** After so many, files and other processes get real time too: they do not run in the time of a fake clock. */
const PATIENT_AFTER_STEPS = 500;

/** The time of a fake clock: it only moves between the turns of the event loop, so that local sockets keep up. */
export function fakeTime(clock: FakeClock): ConformanceTime {
  return { clock, pass: (ms) => clock.advance(ms) };
}

export interface ConformanceOptions {
  startPeer(time: ConformanceTime): Promise<ConnectorPeer>;
  makeTime(): ConformanceTime;
  /** Whether the peer has an `address`, so that the line to it can be made bad. */
  readonly onNetwork: boolean;
  /** Whether the peer has a `setpoint` and says what was `written`. */
  readonly writable: boolean;
}

/** What every connector does with equipment that behaves and with a line that does not. */
export function connectorConformance(name: string, options: ConformanceOptions): void {
  const { startPeer, makeTime, onNetwork, writable } = options;
  const scenario = (sentence: string, body: (rig: Rig) => Promise<void>) =>
    test(`${name}: ${sentence}`, async () => {
      const rig = await startRig(startPeer, makeTime());
      assert.equal(rig.line !== undefined, onNetwork);
      assert.equal(rig.peer.written !== undefined, writable);
      try {
        await body(rig);
      } finally {
        await rig.close();
      }
    });

  scenario('connects, reads, and hands on what changes', async (rig) => {
    await rig.peer.setLevel(21);
    rig.connector.start();
    await rig.until('the level is 21', () => rig.newest('rig/level')?.value === 21);
    assert.equal(rig.newest('rig/level')?.quality, 'good');
    await rig.peer.setLevel(22);
    await rig.until('the level is 22', () => rig.newest('rig/level')?.value === 22);
    const observed = rig.connector.observe();
    assert.equal(observed.phase, 'connected');
    assert.equal(observed.quality, 'good', observed.because);
    assert.ok(observed.lastAnswerAt !== undefined);
  });

  scenario('refuses to write what may not be written', async (rig) => {
    rig.connector.start();
    await rig.until('it is connected', () => rig.connector.observe().phase === 'connected');
    const unknown = await rig.connector.write('levle', 1);
    assert.equal(unknown.outcome, 'refused');
    assert.match(unknown.because ?? '', /level/);
    assert.equal((await rig.connector.write('rig/level', 1)).outcome, 'refused');
    if (!writable) return;
    const before = await rig.written();
    for (const value of [-0.1, 100.1, Number.NaN, Number.POSITIVE_INFINITY, 'full', true]) {
      const outcome = await rig.connector.write('setpoint', value);
      assert.equal(outcome.outcome, 'refused', String(value));
      assert.ok(outcome.because);
    }
    assert.equal(await rig.written(), before);
  });

  scenario('stops at once, twice, before it began, and leaves nothing behind', async (rig) => {
    const idle = createConnector(rig.spec, rig.ports);
    await idle.stop();
    rig.connector.start();
    await rig.until('it is connected', () => rig.connector.observe().phase === 'connected');
    await Promise.all([rig.connector.stop(), rig.connector.stop()]);
    await rig.connector.stop();
    const handed = rig.samples.length;
    assert.equal(rig.connector.observe().phase, 'disconnected');
    assert.notEqual((await rig.connector.write('rig/setpoint', 1)).outcome, 'written');
    if (rig.line !== undefined) await rig.until('its connections are closed', () => rig.line?.connections() === 0);
    await rig.pass(3000);
    assert.equal(rig.samples.length, handed, 'a stopped connector hands on nothing');
    assert.equal(rig.timers(), 0, 'a timer is left');
  });

  if (onNetwork) networkScenarios(scenario);
  if (writable) writeScenarios(scenario);
  if (onNetwork && writable) badLineWriteScenarios(scenario);
}

type Scenario = (sentence: string, body: (rig: Rig) => Promise<void>) => void;

function networkScenarios(scenario: Scenario): void {
  scenario('shows equipment that never answers as bad, with the reason', async (rig) => {
    await rig.setLine('cut');
    rig.connector.start();
    await rig.until('it has tried', () => rig.connector.observe().reconnects >= 2);
    const observed = rig.connector.observe();
    assert.equal(observed.quality, 'bad');
    assert.match(observed.because ?? '', /refused/);
    await rig.setLine('none');
    await rig.until('it is good', () => rig.connector.observe().quality === 'good');
  });

  scenario('a cut line: bad within staleAfter, and back by itself', async (rig) => {
    await readLevel(rig, 5);
    const cutAt = rig.time.clock.monotonic();
    await rig.setLine('cut');
    await rig.until('the level is bad', () => rig.newest('rig/level')?.quality === 'bad');
    const took = rig.time.clock.monotonic() - cutAt;
    assert.ok(took <= 1000 + 250, `bad after ${took} ms`);
    const bad = rig.newest('rig/level');
    assert.equal(bad?.value, null);
    assert.match(bad?.because ?? '', /no answer for 1s: .+/);
    assert.equal(rig.connector.observe().quality, 'bad');
    await rig.setLine('none');
    await rig.peer.setLevel(6);
    await rig.until('the level is 6', () => rig.newest('rig/level')?.value === 6);
    assert.equal(rig.newest('rig/level')?.quality, 'good');
    assert.ok(rig.connector.observe().reconnects >= 1);
  });

  scenario('a silent line is found out, and left when it speaks again', async (rig) => {
    await readLevel(rig, 7);
    const silentAt = rig.time.clock.monotonic();
    await rig.setLine('silent');
    await rig.until('the level is bad', () => rig.newest('rig/level')?.quality === 'bad');
    await rig.until('the connection was given up', () => rig.connector.observe().reconnects >= 1);
    const took = rig.time.clock.monotonic() - silentAt;
    assert.ok(took <= SILENCE_MS_MAX, `given up after ${took} ms`);
    await rig.setLine('none');
    await rig.peer.setLevel(8);
    await rig.until('the level is 8', () => rig.newest('rig/level')?.value === 8);
  });

  scenario('garbage is no value, and does no harm', async (rig) => {
    await readLevel(rig, 9);
    const before = rig.samples.length;
    await rig.setLine('garbage');
    await rig.peer.setLevel(10);
    await rig.until('it met garbage', () => rig.connector.observe().errors >= 3);
    const good = rig.samples.slice(before).filter((sample) => sample.quality === 'good');
    assert.ok(
      good.every((sample) => sample.value === 9),
      'nothing that was read was made up',
    );
    await rig.setLine('none');
    await rig.until('the level is 10', () => rig.newest('rig/level')?.value === 10);
  });

  scenario('answers that come byte by byte are answers', async (rig) => {
    await rig.setLine('trickle');
    await readLevel(rig, 11);
    await rig.peer.setLevel(12);
    await rig.until('the level is 12', () => rig.newest('rig/level')?.value === 12);
  });
}

function writeScenarios(scenario: Scenario): void {
  scenario('writes, and the equipment has it', async (rig) => {
    await readLevel(rig, 13);
    const outcome = await rig.settled(rig.connector.write('rig/setpoint', 37.5));
    assert.equal(outcome.outcome, 'written', outcome.because);
    assert.equal(await rig.written(), 37.5);
    const again = await rig.settled(rig.connector.write('setpoint', 37.5));
    assert.ok(again.outcome === 'unchanged' || again.outcome === 'written', again.because);
    for (const limit of [0, 100]) {
      assert.equal((await rig.settled(rig.connector.write('setpoint', limit))).outcome, 'written');
      assert.equal(await rig.written(), limit);
    }
  });
}

function badLineWriteScenarios(scenario: Scenario): void {
  scenario('a write over a bad line fails, says why, and never hangs', async (rig) => {
    await readLevel(rig, 14);
    await rig.setLine('silent');
    const outcome = await rig.settled(rig.connector.write('setpoint', 50));
    assert.equal(outcome.outcome, 'failed');
    assert.ok(outcome.because);
    await rig.setLine('cut');
    await rig.until('it is not connected', () => rig.connector.observe().phase !== 'connected');
    const refused = await rig.settled(rig.connector.write('setpoint', 50));
    assert.equal(refused.outcome, 'failed');
    assert.ok(refused.because);
  });
}

async function readLevel(rig: Rig, level: number): Promise<void> {
  await rig.peer.setLevel(level);
  rig.connector.start();
  await rig.until(`the level is ${level}`, () => rig.newest('rig/level')?.value === level);
}

interface Rig {
  readonly peer: ConnectorPeer;
  readonly time: ConformanceTime;
  readonly line: FaultProxy | undefined;
  readonly spec: ResolvedConnector;
  readonly ports: Parameters<typeof createConnector>[1];
  readonly connector: Connector;
  /** Timers of the connector that have neither fired nor been cancelled. */
  timers(): number;
  readonly samples: Sample[];
  setLine(fault: LineFault): Promise<void>;
  written(): Promise<number | undefined>;
  newest(tag: string): Sample | undefined;
  pass(ms: number): Promise<void>;
  until(what: string, holds: () => boolean): Promise<void>;
  /** Lets time pass until a promise has ended. */
  settled<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

async function startRig(
  startPeer: (time: ConformanceTime) => Promise<ConnectorPeer>,
  time: ConformanceTime,
): Promise<Rig> {
  const random = seededRandom('connector conformance');
  const peer = await startPeer(time);
  const line = peer.address && (await startFaultProxy(peer.address, { clock: time.clock, random }));
  const spec = peer.spec(line?.port ?? 0);
  const samples: Sample[] = [];
  const counted = countTimers(time.clock);
  const ports = {
    clock: counted.clock,
    random,
    onSamples: (some: readonly Sample[]) => void samples.push(...some),
    log: () => undefined,
  };
  const connector = createConnector(spec, ports);
  const setLine = async (fault: LineFault) => {
    assert.ok(line, 'the peer is on a network');
    await line.set(fault);
  };
  const written = async () => peer.written?.();
  const newest = (tag: string) => samples.findLast((sample) => sample.tag === tag);
  const until = async (what: string, holds: () => boolean) => {
    for (let steps = 0; !holds(); steps++) {
      const { phase, quality, because } = connector.observe();
      assert.ok(steps < STEPS_MAX, `never: ${what} (${phase}, ${quality}, ${because})`);
      await time.pass(STEP_MS);
      if (steps > PATIENT_AFTER_STEPS) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let ended = false;
    void promise.finally(() => {
      ended = true;
    });
    await until('the promise has ended', () => ended);
    return promise;
  };
  const close = async () => {
    await connector.stop();
    await line?.close();
    await peer.close();
  };
  return {
    peer,
    time,
    line,
    spec,
    ports,
    connector,
    timers: counted.pending,
    samples,
    setLine,
    written,
    newest,
    pass: time.pass,
    until,
    settled,
    close,
  };
}

function countTimers(clock: Clock): { clock: Clock; pending(): number } {
  const open = new Set<object>();
  const setTimer: Clock['setTimer'] = (ms, fire) => {
    const key = {};
    open.add(key);
    const timer = clock.setTimer(ms, () => {
      open.delete(key);
      fire();
    });
    return {
      cancel() {
        open.delete(key);
        timer.cancel();
      },
    };
  };
  const sleep: Clock['sleep'] = (ms, signal) => sleepWith(setTimer, ms, signal);
  return { clock: { ...clock, setTimer, sleep }, pending: () => open.size };
}
