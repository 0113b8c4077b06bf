// Loaded before time begins to move: the connector loads it when it first connects.
import 'mqtt';
import { ResolvedConnector } from '../../../contracts/kinds/connector.ts';
import type { Timer } from '../../system/clock.ts';
import type { ConformanceTime, ConnectorPeer } from '../conformance.ts';
import { startMqttBroker } from './mqtt-broker.ts';

/** User and password of the rig's broker. */
export const rigUser = { username: 'rig', password: 'a password of the rig' } as const;

/** The conformance rig as a broker in this process; `level` is retained JSON, `setpoint` is written as plain text. */
export async function anMqttRig({ clock }: ConformanceTime): Promise<ConnectorPeer> {
  const broker = await startMqttBroker({ host: '127.0.0.1', port: 0, ...rigUser });
  let setpoint = 0;
  let level = 0;
  broker.onPublish((topic, payload) => {
    if (topic === 'rig/setpoint/set') setpoint = Number(Buffer.from(payload).toString());
  });
  const publish = async () => {
    await broker.publish('rig/level', JSON.stringify({ level }), true);
    await broker.publish('rig/setpoint', String(setpoint), true);
  };
  // Equipment that publishes by itself, also when nothing changed.
  let timer: Timer;
  const repeat = () => {
    void publish();
    timer = clock.setTimer(REPEAT_MS, repeat);
  };
  repeat();
  return {
    address: { host: '127.0.0.1', port: broker.port },
    spec: mqttRigSpec,
    setLevel(value) {
      level = value;
      return publish();
    },
    written: () => setpoint,
    async close() {
      timer.cancel();
      await broker.close();
    },
  };
}

const REPEAT_MS = 100;

/** The connector of a rig that publishes `{"level": …}` on rig/level and takes plain numbers on rig/setpoint/set. */
export function mqttRigSpec(port: number): ResolvedConnector {
  return ResolvedConnector.parse({
    name: 'rig',
    equipment: 'rig',
    protocol: 'mqtt',
    config: { url: `mqtt://127.0.0.1:${port}`, ...rigUser, keepAlive: '400ms', timeout: '1s' },
    scan: '100ms',
    staleAfter: '1s',
    tags: [
      { name: 'level', source: { topic: 'rig/level', path: '$.level' } },
      {
        name: 'setpoint',
        writable: true,
        limits: { min: 0, max: 100 },
        source: { topic: 'rig/setpoint', write: { topic: 'rig/setpoint/set' } },
      },
    ],
  });
}
