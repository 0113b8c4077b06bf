import { ResolvedConnector } from '../../../contracts/kinds/connector.ts';
import type { ConnectorPeer } from '../conformance.ts';
import type { ModbusAnswer, ModbusRequest } from './modbus-codec.ts';
import { startModbusServer } from './modbus-server.ts';

/** The memory of Modbus equipment for tests: 65,536 holding registers, of which some may be missing. */
export interface RegisterBank {
  readonly registers: Uint16Array;
  /** Addresses that are not there. */
  readonly missing: Set<number>;
  /** Requests that were answered, oldest first. */
  readonly requests: ModbusRequest[];
  answer(request: ModbusRequest): ModbusAnswer;
}

/** Answers functions 3 and 4 from one bank, takes 6 and 16; everything else is an illegal function. */
export function aRegisterBank(): RegisterBank {
  const registers = new Uint16Array(65_536);
  const missing = new Set<number>();
  const requests: ModbusRequest[] = [];
  const lacks = (address: number, count: number) =>
    Array.from({ length: count }, (_, at) => address + at).some((at) => missing.has(at));
  const answer = (request: ModbusRequest): ModbusAnswer => {
    requests.push(request);
    switch (request.fn) {
      case 3:
      case 4: {
        if (lacks(request.address, request.count)) return { kind: 'exception', code: 2 };
        const bytes = new Uint8Array(request.count * 2);
        const view = new DataView(bytes.buffer);
        for (let at = 0; at < request.count; at++) view.setUint16(at * 2, registers[request.address + at] as number);
        return { kind: 'registers', bytes };
      }
      case 6:
        if (lacks(request.address, 1)) return { kind: 'exception', code: 2 };
        registers[request.address] = request.value;
        return { kind: 'written' };
      case 16: {
        const { address, registers: bytes } = request;
        if (lacks(address, bytes.length / 2)) return { kind: 'exception', code: 2 };
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        for (let at = 0; at < bytes.length / 2; at++) registers[address + at] = view.getUint16(at * 2);
        return { kind: 'written' };
      }
      default:
        return { kind: 'exception', code: 1 };
    }
  };
  return { registers, missing, requests, answer };
}

/** The conformance rig as Modbus equipment in this process: `level` in tenths at 10, `setpoint` in tenths at 20. */
export async function aModbusRig(): Promise<ConnectorPeer> {
  const bank = aRegisterBank();
  const server = await startModbusServer({ host: '127.0.0.1', port: 0 }, bank.answer);
  return {
    address: { host: '127.0.0.1', port: server.port },
    spec: modbusRigSpec,
    setLevel: (value) => {
      bank.registers[10] = value * 10;
    },
    written: () => (bank.registers[20] as number) / 10,
    close: server.close,
  };
}

/** The connector of a rig whose `level` and `setpoint` are holding registers 10 and 20, in tenths. */
export function modbusRigSpec(port: number): ResolvedConnector {
  return ResolvedConnector.parse({
    name: 'rig',
    equipment: 'rig',
    protocol: 'modbus',
    config: { host: '127.0.0.1', port, timeout: '500ms' },
    scan: '100ms',
    staleAfter: '1s',
    tags: [
      { name: 'level', scale: 0.1, source: { address: 10 } },
      {
        name: 'setpoint',
        scale: 0.1,
        writable: true,
        limits: { min: 0, max: 100 },
        source: { address: 20, type: 'int16' },
      },
    ],
  });
}
