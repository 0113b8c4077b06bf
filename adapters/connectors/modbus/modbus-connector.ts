import { durationMs } from '../../../core/base/duration.ts';
import { defineConnector } from '../define-connector.ts';
import { connectModbus } from './modbus-client.ts';
import { checkModbus, ModbusConfig, ModbusSource } from './modbus-settings.ts';
import { createModbusScan } from './scan-modbus.ts';
import { createModbusWrite } from './write-modbus.ts';

/** Modbus TCP. */
export const modbus = defineConnector<ModbusConfig, ModbusSource>({
  name: 'modbus',
  summary: 'PLCs, inverters and meters over Modbus TCP, with SunSpec scale factors',
  about: `Speaks Modbus TCP (Modbus Application Protocol V1.1b3; Messaging on TCP/IP V1.0b): reads coils (function 1), discrete
inputs (2), holding registers (3) and input registers (4); writes coils (5) and registers (6, 16), and reads back what it wrote.

- Tags are read with as few requests as possible, several at once (\`window\`). A value that takes several registers is never
  split. When the equipment refuses an address, only the tag at that address is bad.
- \`clock\` names the registers with the equipment's own time. Values get the time that was read together with them.
- \`scaleFactor\` and \`sunspec: true\` read SunSpec models: scale factors, and the values that mean "not implemented".
- Writing a bool in a register reads the register, changes the bit and writes the register: not safe when something else
  writes other bits of it in the same moment. Prefer a coil.
- No serial line (RTU, ASCII) and no TLS: use a gateway, and a network of its own.`,
  config: ModbusConfig,
  source: ModbusSource,
  example: {
    target: { labels: { plant: 'pv' } },
    equipment: 'battery',
    protocol: 'modbus',
    config: { host: '192.0.2.10', port: 502, unit: 1 },
    scan: '1s',
    staleAfter: '10s',
    tags: [
      { name: 'temperature', unit: 'Cel', scale: 0.1, source: { table: 'input', address: 12, type: 'int16' } },
      {
        name: 'charge-setpoint',
        unit: '%',
        writable: true,
        limits: { min: 0, max: 100 },
        source: { address: 40_270, type: 'int16', scaleFactor: { address: 40_282 } },
      },
    ],
  },
  check: checkModbus,
  create({ config, tags }, ports) {
    const options = {
      host: config.host,
      port: config.port,
      unit: config.unit,
      window: config.window,
      timeoutMs: durationMs(config.timeout),
      connectTimeoutMs: durationMs(config.connectTimeout),
    };
    return {
      async open(signal) {
        const client = await connectModbus(options, ports.clock, ports.onAnswer, signal);
        return {
          lost: client.lost,
          scan: createModbusScan(config, tags, client, ports.onReadings),
          write: createModbusWrite(config, tags, client, ports.clock),
          close: client.close,
        };
      },
    };
  },
});
