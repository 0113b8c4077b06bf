import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeFrame } from '../../contracts/link.ts';
import { createFakeClock } from '../system/fake-clock.ts';
import { seededRandom } from '../system/random.ts';
import { conformanceCentre, linkConformance } from './conformance.ts';
import { createMemoryNetwork, type LinkFaults } from './memory-link.ts';

linkConformance('memory', async (centre) => {
  const clock = createFakeClock(0);
  const network = createMemoryNetwork({ clock, random: seededRandom(1) });
  network.serve(centre);
  return {
    client: network.client('pi-1'),
    until: async (done) => {
      for (let turn = 0; turn < 1000 && !done(); turn++) await clock.advance(10);
      assert.ok(done(), 'it never happened');
    },
    stopCentre: async () => network.serve(null),
    close: async () => {},
  };
});

const frame = (n: number): NodeFrame => ({ kind: 'hello', protocol: 1, node: 'pi-1', nonce: String(n) });

async function sendHundred(seed: number, faults: Partial<LinkFaults>) {
  const clock = createFakeClock(0);
  const network = createMemoryNetwork({ clock, random: seededRandom(seed), faults });
  const { centre, lines } = conformanceCentre();
  network.serve(centre);
  const opening = network.client('pi-1').open({ onFrame: () => {}, onDrain: () => {}, onClose: () => {} });
  await clock.advance(1000);
  const connection = await opening;
  for (let n = 0; n < 100; n++) connection.send(frame(n));
  await clock.advance(1000);
  return lines[0]?.frames.map((got) => (got.kind === 'hello' ? Number(got.nonce) : -1)) ?? [];
}

test('memory: a perfect line keeps order and count', async () => {
  assert.deepEqual(
    await sendHundred(1, {}),
    Array.from({ length: 100 }, (_, n) => n),
  );
});

test('memory: a bad line loses, doubles and reorders, and does the same for the same seed', async () => {
  const faults = { lose: 0.2, duplicate: 0.2, delayMs: { min: 1, max: 500 } };
  const got = await sendHundred(7, faults);
  assert.ok(new Set(got).size < 95, 'some are lost');
  assert.ok(new Set(got).size < got.length, 'some come twice');
  assert.notDeepEqual(
    got,
    [...got].sort((a, b) => a - b),
    'some overtake others',
  );
  assert.deepEqual(await sendHundred(7, faults), got);
  assert.notDeepEqual(await sendHundred(8, faults), got);
});

test('memory: a cut line swallows frames, is noticed later, and works again when healed', async () => {
  const clock = createFakeClock(0);
  const network = createMemoryNetwork({ clock, random: seededRandom(1), noticeMs: 5000 });
  const { centre, lines } = conformanceCentre();
  network.serve(centre);
  const closed: string[] = [];
  const handlers = { onFrame: () => {}, onDrain: () => {}, onClose: (because: string) => closed.push(because) };
  const opening = network.client('pi-1').open(handlers);
  await clock.advance(10);
  const connection = await opening;
  network.cut('pi-1');
  assert.ok(connection.send(frame(1)), 'the node does not know yet');
  await clock.advance(4999);
  assert.deepEqual([lines[0]?.frames, closed], [[], []]);
  await clock.advance(1);
  assert.equal(closed.length, 1);
  const refused = assert.rejects(network.client('pi-1').open(handlers), { code: 'unreachable' });
  await clock.advance(10);
  await refused;
  network.heal('pi-1');
  const again = network.client('pi-1').open(handlers);
  await clock.advance(10);
  assert.ok((await again).send(frame(2)));
  await clock.advance(10);
  assert.deepEqual(lines[1]?.frames, [frame(2)]);
});

test('memory: a fetch that breaks has given a part, and goes on from there', async () => {
  const clock = createFakeClock(0);
  const network = createMemoryNetwork({ clock, random: seededRandom(3), faults: { breakFetch: 0.5 } });
  const { centre } = conformanceCentre();
  const bytes = Buffer.alloc(1_000_000, 7);
  network.serve({
    ...centre,
    artifact: async (_sha256, fromByte) =>
      (async function* () {
        yield bytes.subarray(fromByte);
      })(),
  });
  let have = 0;
  let breaks = 0;
  const fetch = async () => {
    while (have < bytes.length) {
      try {
        for await (const part of await network.client('pi-1').fetchArtifact('a', have, 's')) have += part.length;
      } catch {
        breaks += 1;
      }
    }
  };
  const fetching = fetch();
  await clock.advance(100_000);
  await fetching;
  assert.equal(have, bytes.length);
  assert.ok(breaks > 0);
});
