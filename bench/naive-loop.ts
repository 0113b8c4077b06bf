import modbusSerial from 'modbus-serial';

/**
 * The comparator of the decision benchmark: what one writes by hand, with the library that most use. Polls register 10,
 * compares with 500, writes register 20 when that changes; no model, no checks, no records.
 */
const [port, scanMs] = process.argv.slice(2).map(Number) as [number, number];
await pollAndWrite(port, scanMs);
process.send?.('ready');

async function pollAndWrite(port: number, scanMs: number): Promise<void> {
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port });
  let last: boolean | undefined;
  setInterval(async () => {
    const { data } = await client.readHoldingRegisters(10, 1);
    const high = data[0]! > 500;
    if (high === last) return;
    last = high;
    await client.writeRegister(20, high ? 1000 : 0);
  }, scanMs);
}
