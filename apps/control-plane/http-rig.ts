import { sign } from '../../adapters/system/keys.ts';
import type { CentreFrame } from '../../contracts/link.ts';
import { linkProofText } from '../../core/trust/signed-texts.ts';
import type { TestNode } from './control-plane-rig.ts';

const FRAMES = 4;

/** Opens the link of a test node over Node's own WebSocket; the kinds of the first frames that come. */
export function openWebSocketClient(url: string, node: TestNode): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/link`);
    const kinds: string[] = [];
    const say = (frame: unknown) => socket.send(JSON.stringify(frame));
    socket.onopen = () => say({ kind: 'hello', protocol: 1, node: node.name, nonce: 'bm9kZQ' });
    socket.onerror = () => reject(new Error('the WebSocket failed'));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as CentreFrame;
      kinds.push(frame.kind);
      if (frame.kind === 'challenge') {
        const text = linkProofText({ node: node.name, nodeNonce: 'bm9kZQ', centreNonce: frame.nonce });
        say({ kind: 'prove', signature: sign(node.keys.privateKey, Buffer.from(text)) });
      }
      if (kinds.length < FRAMES) return;
      socket.close();
      resolve(kinds);
    };
  });
}
