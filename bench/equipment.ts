import { setTimeout as sleep } from 'node:timers/promises';
import { aRegisterBank } from '../adapters/connectors/modbus/modbus-rig.ts';
import { startModbusServer } from '../adapters/connectors/modbus/modbus-server.ts';

const ANSWER_WITHIN_MS = 2000;
const FOLLOW_WITHIN_MS = 50;

/** Equipment whose register 10 changes by chance, and whose register 20 is expected to follow. */
export async function startEquipment() {
  const bank = aRegisterBank();
  let written: (value: number) => void = () => {};
  const server = await startModbusServer({ host: '127.0.0.1', port: 0 }, (request) => {
    const answer = bank.answer(request);
    bank.requests.length = 0;
    if (request.fn === 6 || request.fn === 16) written(bank.registers[20]!);
    return answer;
  });
  const changeOnce = (value: number, withinMs = ANSWER_WITHIN_MS) =>
    new Promise<number>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the write did not come')), withinMs);
      const from = performance.now();
      written = (got) => {
        if (got !== value) return;
        clearTimeout(late);
        written = () => {};
        resolve(performance.now() - from);
      };
      bank.registers[10] = value;
    });
  return {
    port: server.port,
    change: async (times: number, pauseMs: number): Promise<number[]> => {
      // Whoever has just connected first follows a few that do not count.
      await sleep(500);
      const latencies: number[] = [];
      for (let change = -10; change < times; change++) {
        const ms = await changeOnce(bank.registers[10]! > 500 ? 0 : 1000);
        if (change >= 0) latencies.push(ms);
        await sleep(pauseMs + Math.random() * pauseMs);
      }
      return latencies;
    },
    /** Changes it until a write follows, however long that takes. */
    followed: async (): Promise<void> => {
      for (;;) {
        const followed = await changeOnce(bank.registers[10]! > 500 ? 0 : 1000, FOLLOW_WITHIN_MS).catch(
          () => undefined,
        );
        if (followed !== undefined) return;
      }
    },
    close: server.close,
  };
}
