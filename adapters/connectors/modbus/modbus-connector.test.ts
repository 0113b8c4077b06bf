import { createFakeClock } from '../../system/fake-clock.ts';
import { connectorConformance, fakeTime } from '../conformance.ts';
import { aModbusRig } from './modbus-rig.ts';

connectorConformance('modbus', {
  startPeer: aModbusRig,
  makeTime: () => fakeTime(createFakeClock(Date.UTC(2026, 10, 22))),
  onNetwork: true,
  writable: true,
});
