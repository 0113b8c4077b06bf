import { createFakeClock } from '../../system/fake-clock.ts';
import { connectorConformance, fakeTime } from '../conformance.ts';
import { anMqttRig } from './mqtt-rig.ts';

connectorConformance('mqtt', {
  startPeer: anMqttRig,
  makeTime: () => fakeTime(createFakeClock(Date.UTC(2026, 10, 22))),
  onNetwork: true,
  writable: true,
});
