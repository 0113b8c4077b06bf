import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectAsync } from 'mqtt';
import type { Timer } from '../../system/clock.ts';
import { freePort } from '../../system/free-port.ts';
import { seededRandom } from '../../system/random.ts';
import { systemClock } from '../../system/system-clock.ts';
import { type ConformanceTime, type ConnectorPeer, connectorConformance } from '../conformance.ts';
import { createConnector } from '../create-connector.ts';
import { mqttRigSpec, rigUser } from './mqtt-rig.ts';

const clock = systemClock();
const realTime: ConformanceTime = { clock, pass: (ms) => clock.sleep(ms) };

/** Starts Mosquitto (Debian: mosquitto) with one user; fails with what it said when it is not there. */
async function startMosquitto(): Promise<{ port: number; close(): Promise<void> }> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const passwords = join(folder, 'passwords');
  const made = spawnSync('mosquitto_passwd', ['-b', '-c', passwords, rigUser.username, rigUser.password]);
  assert.equal(made.status, 0, `mosquitto_passwd does not run: ${made.error?.message ?? made.stderr}`);
  // Started by root, it reads the file as the user mosquitto.
  chmodSync(folder, 0o755);
  chmodSync(passwords, 0o644);
  const configuration = join(folder, 'mosquitto.conf');
  writeFileSync(configuration, `listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}\n`);
  const child = spawn('/usr/sbin/mosquitto', ['-c', configuration]);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  child.on('error', (error) => {
    said += error.message;
  });
  for (let tries = 0; !/running/.test(said); tries++) {
    assert.ok(tries < 200 && child.exitCode === null, `mosquitto does not run: ${said}`);
    await clock.sleep(25);
  }
  return {
    port,
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

connectorConformance('mqtt with Mosquitto', {
  async startPeer(): Promise<ConnectorPeer> {
    const broker = await startMosquitto();
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, rigUser);
    let setpoint = 0;
    let level = 0;
    client.on('message', (_topic, payload) => {
      setpoint = Number(payload.toString());
    });
    await client.subscribeAsync('rig/setpoint/set', { qos: 1 });
    const publish = async () => {
      await client.publishAsync('rig/level', JSON.stringify({ level }), { qos: 1, retain: true });
      await client.publishAsync('rig/setpoint', String(setpoint), { qos: 1, retain: true });
    };
    let timer: Timer;
    const repeat = () => {
      publish().catch(() => undefined);
      timer = clock.setTimer(100, repeat);
    };
    repeat();
    return {
      address: { host: '127.0.0.1', port: broker.port },
      spec: mqttRigSpec,
      setLevel(value) {
        level = value;
        return publish();
      },
      async written() {
        // The broker acknowledges a write before it passes it on.
        for (
          const before = setpoint, until = clock.monotonic() + 100;
          setpoint === before && clock.monotonic() < until;
        ) {
          await clock.sleep(5);
        }
        return setpoint;
      },
      async close() {
        timer.cancel();
        await client.endAsync(true);
        await broker.close();
      },
    };
  },
  makeTime: () => realTime,
  onNetwork: true,
  writable: true,
});

test('mqtt with Mosquitto: a wrong password is bad, and the reason is shown', async () => {
  const broker = await startMosquitto();
  const spec = mqttRigSpec(broker.port);
  const connector = createConnector(
    { ...spec, config: { ...spec.config, password: 'wrong' } },
    { clock, random: seededRandom(1), onSamples: () => assert.fail('nothing is read'), log: () => undefined },
  );
  connector.start();
  for (let tries = 0; connector.observe().reconnects < 2; tries++) {
    assert.ok(tries < 500);
    await clock.sleep(10);
  }
  assert.equal(connector.observe().quality, 'bad');
  assert.match(connector.observe().because ?? '', /refuses this user or password/);
  await connector.stop();
  await broker.close();
});
