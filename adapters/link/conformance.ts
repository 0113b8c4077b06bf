import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { EdgeError } from '../../contracts/errors.ts';
import type { CentreFrame, EnrolAnswer, EnrolRequest, NodeFrame } from '../../contracts/link.ts';
import type { MemoryCentre } from './memory-link.ts';
import type { CentreConnection, LinkClient } from './port.ts';

/** One client and one centre on a line that loses nothing, as an implementation makes them for the suite. */
export interface LinkRig {
  client: LinkClient;
  /** Lets things happen until `done` says so; fails when it never does. */
  until(done: () => boolean): Promise<void>;
  /** The centre stops answering: open lines close, new ones are refused. */
  stopCentre(): Promise<void>;
  close(): Promise<void>;
}

const request: EnrolRequest = { token: 'good', publicKey: 'AA', sealingKey: 'AA', proof: 'AA' };
const answer: EnrolAnswer = { node: 'pi-1', site: 'here', trust: [{ payload: '{}', signatures: [] }] };
const artifact = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251));
const artifactSha256 = createHash('sha256').update(artifact).digest('hex');

/** The centre that the suite talks to; each line is kept with what came on it. */
export function conformanceCentre() {
  const lines: { connection: CentreConnection; frames: NodeFrame[]; closed: string[] }[] = [];
  const centre: MemoryCentre = {
    accept: (connection) => {
      const line = { connection, frames: [] as NodeFrame[], closed: [] as string[] };
      lines.push(line);
      return { onFrame: (frame) => line.frames.push(frame), onClose: (because) => line.closed.push(because) };
    },
    enrol: async ({ token }) => {
      if (token === 'spent') throw new EdgeError('token-spent', 'This token was used.');
      if (token === 'barred') throw new EdgeError('forbidden', 'This name is taken by another key.');
      return answer;
    },
    artifact: async (sha256, fromByte, session) => {
      if (session !== 'session') throw new EdgeError('unauthenticated', 'No such session.');
      if (sha256 !== artifactSha256) throw new EdgeError('not-found', 'No such artifact.');
      return (async function* () {
        yield artifact.subarray(fromByte);
      })();
    },
  };
  return { centre, lines };
}

type Centre = ReturnType<typeof conformanceCentre>;

/** What every link promises, whatever carries it. */
export function linkConformance(name: string, make: (centre: MemoryCentre) => Promise<LinkRig>): void {
  const withRig = (title: string, run: (rig: LinkRig, centre: Centre) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const centre = conformanceCentre();
      const rig = await make(centre.centre);
      try {
        await run(rig, centre);
      } finally {
        await rig.close();
      }
    });
  const openLine = async (rig: LinkRig) => {
    const frames: CentreFrame[] = [];
    const closed: string[] = [];
    const opening = rig.client.open({
      onFrame: (frame) => frames.push(frame),
      onDrain: () => {},
      onClose: (because) => closed.push(because),
    });
    let settled = false;
    const mark = () => {
      settled = true;
    };
    opening.then(mark, mark);
    await rig.until(() => settled);
    return { connection: await opening, frames, closed };
  };
  const settle = async <T>(rig: LinkRig, promise: Promise<T>): Promise<T> => {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    await rig.until(() => settled);
    return promise;
  };

  withRig('frames go both ways, whole and equal', async (rig, { lines }) => {
    const { connection, frames } = await openLine(rig);
    const hello: NodeFrame = { kind: 'hello', protocol: 1, node: 'pi-1', nonce: 'abc' };
    assert.ok(connection.send(hello));
    await rig.until(() => lines[0]?.frames.length === 1);
    assert.deepEqual(lines[0]?.frames, [hello]);
    const challenge: CentreFrame = { kind: 'challenge', nonce: 'xyz' };
    assert.ok(lines[0].connection.send(challenge));
    await rig.until(() => frames.length === 1);
    assert.deepEqual(frames, [challenge]);
  });

  withRig('closing at the node is seen once at both ends, and nothing is sent afterwards', async (rig, { lines }) => {
    const { connection, closed } = await openLine(rig);
    connection.close('enough');
    connection.close('again');
    await rig.until(() => closed.length > 0 && (lines[0]?.closed.length ?? 0) > 0);
    assert.equal(closed.length, 1);
    assert.equal(lines[0]?.closed.length, 1);
    assert.equal(connection.send({ kind: 'prove', signature: '' }), false);
    assert.equal(lines[0]?.connection.send({ kind: 'report-wanted' }), false);
  });

  withRig('closing at the centre is seen once at both ends, with the reason', async (rig, { lines }) => {
    const { closed } = await openLine(rig);
    await rig.until(() => lines.length === 1);
    lines[0]?.connection.close('you are not known');
    await rig.until(() => closed.length > 0 && (lines[0]?.closed.length ?? 0) > 0);
    assert.deepEqual(closed, ['you are not known']);
    assert.equal(lines[0]?.closed.length, 1);
  });

  withRig('a centre that is gone closes lines and refuses new ones as unreachable', async (rig) => {
    const { closed } = await openLine(rig);
    await rig.stopCentre();
    await rig.until(() => closed.length === 1);
    await assert.rejects(openLine(rig), { code: 'unreachable' });
    await assert.rejects(settle(rig, rig.client.enrol(request)), { code: 'unreachable' });
    await assert.rejects(settle(rig, rig.client.fetchArtifact(artifactSha256, 0, 'session')), { code: 'unreachable' });
  });

  withRig('enrolment gives the answer, may be repeated, and names why it is refused', async (rig) => {
    assert.deepEqual(await settle(rig, rig.client.enrol(request)), answer);
    assert.deepEqual(await settle(rig, rig.client.enrol(request)), answer);
    await assert.rejects(settle(rig, rig.client.enrol({ ...request, token: 'spent' })), { code: 'token-spent' });
    await assert.rejects(settle(rig, rig.client.enrol({ ...request, token: 'barred' })), { code: 'forbidden' });
  });

  withRig('an artifact is fetched from the byte that is asked for', async (rig) => {
    for (const from of [0, 1, 150_000, artifact.length - 1]) {
      const parts: Uint8Array[] = [];
      const read = async () => {
        for await (const part of await rig.client.fetchArtifact(artifactSha256, from, 'session')) parts.push(part);
      };
      await settle(rig, read());
      assert.ok(Buffer.concat(parts).equals(artifact.subarray(from)), `from ${from}`);
    }
    await assert.rejects(settle(rig, rig.client.fetchArtifact('0'.repeat(64), 0, 'session')), { code: 'not-found' });
    await assert.rejects(settle(rig, rig.client.fetchArtifact(artifactSha256, 0, 'other')), {
      code: 'unauthenticated',
    });
  });

  withRig('a full line says no, then says when it can go on; nothing is lost', async (rig, { lines }) => {
    let drains = 0;
    const opening = rig.client.open({ onFrame: () => {}, onDrain: () => (drains += 1), onClose: () => {} });
    const connection = await settle(rig, opening);
    const big: NodeFrame = { kind: 'prove', signature: 'A'.repeat(500_000) };
    let sent = 0;
    while (sent < 1000 && connection.send(big)) sent += 1;
    assert.ok(sent >= 2 && sent < 1000, `${sent} frames were taken at once`);
    await rig.until(() => drains > 0);
    assert.ok(connection.send({ kind: 'hello', protocol: 1, node: 'pi-1', nonce: '' }));
    await rig.until(() => lines[0]?.frames.length === sent + 1);
  });
}
