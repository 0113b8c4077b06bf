import { Aes128Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';
import { EdgeError } from '../../contracts/errors.ts';

/** What the seal is bound to: opening with another `info` or `associated` fails, so a secret cannot be moved. */
export interface SealBinding {
  /** Bound into the key schedule, for example purpose and node name. */
  readonly info: Uint8Array;
  /** Bound to this one message. */
  readonly associated?: Uint8Array;
}

const ENCAPSULATED_BYTES = 32;
const TAG_BYTES = 16;

/**
 * Seals `plaintext` to an X25519 public key: HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
 * AES-128-GCM. The answer is base64url of the encapsulated key followed by the ciphertext; each call gives another one.
 * EdgeError `corrupt` when the key is malformed.
 */
export async function seal(publicKey: string, plaintext: Uint8Array, binding: SealBinding): Promise<string> {
  const suite = hpke();
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(bufferOf(Buffer.from(publicKey, 'base64url')));
    const sender = await suite.createSenderContext({ recipientPublicKey, info: bufferOf(binding.info) });
    const sealed = await sender.seal(bufferOf(plaintext), bufferOf(binding.associated ?? new Uint8Array()));
    return Buffer.concat([Buffer.from(sender.enc), Buffer.from(sealed)]).toString('base64url');
  } catch (cause) {
    throw new EdgeError('corrupt', 'The secret could not be sealed: the public key is not an X25519 key.', { cause });
  }
}

/** Opens what `seal` made. EdgeError `corrupt` when it was changed, sealed to another key, or bound to something else. */
export async function openSealed(privateKey: string, sealed: string, binding: SealBinding): Promise<Uint8Array> {
  const suite = hpke();
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    if (bytes.length < ENCAPSULATED_BYTES + TAG_BYTES) throw new Error('it is shorter than a key and a tag');
    const recipientKey = await suite.kem.deserializePrivateKey(bufferOf(Buffer.from(privateKey, 'base64url')));
    const enc = bufferOf(bytes.subarray(0, ENCAPSULATED_BYTES));
    const recipient = await suite.createRecipientContext({ recipientKey, enc, info: bufferOf(binding.info) });
    const ciphertext = bufferOf(bytes.subarray(ENCAPSULATED_BYTES));
    return new Uint8Array(await recipient.open(ciphertext, bufferOf(binding.associated ?? new Uint8Array())));
  } catch (cause) {
    throw new EdgeError('corrupt', 'The secret could not be opened: it was changed or sealed for someone else.', {
      hint: 'Apply the secret again, so that it is sealed to the present key of this node.',
      cause,
    });
  }
}

function hpke(): CipherSuite {
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
}

/** The library takes whole buffers; Node's small ones share a pool. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
