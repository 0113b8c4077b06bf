import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { linkPaths } from '../adapters/link/websocket-client.ts';
import { attachWebSocketLink } from '../adapters/link/websocket-server.ts';
import { keyId } from '../adapters/system/keys.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import { createTestCentre } from '../apps/agent/agent-rig.ts';
import type { EnrolRequest } from '../contracts/link.ts';

/** The agent tests' control plane over real HTTP, so that a benchmark measures the agent and nothing else. */
export async function startBenchCentre() {
  const centre = createTestCentre(systemRandom());
  const server = http.createServer(async (request, response) => {
    if (request.url === linkPaths.enrol) {
      let text = '';
      for await (const part of request) text += part;
      response.end(JSON.stringify(await centre.centre.enrol(JSON.parse(text) as EnrolRequest)));
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const session = (request.headers.authorization ?? '').slice('Bearer '.length);
    const sha256 = (request.url ?? '').slice(linkPaths.artifact.length);
    response.writeHead(from > 0 ? 206 : 200);
    for await (const part of await centre.centre.artifact(sha256, from, session)) response.write(part);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const lines = attachWebSocketLink(server, { accept: centre.centre.accept, clock: systemClock() });
  return {
    ...centre,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rootKeyId: keyId(centre.keys.root.publicKey),
    close: async () => {
      await lines.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
