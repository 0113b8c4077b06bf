import { randomFillSync } from 'node:crypto';
import { prng } from '../../core/base/prng.ts';

/** Chance as an argument, so that a simulation repeats from its seed. */
export interface Random {
  /** `n` fresh bytes; from `systemRandom` fit for keys and nonces. */
  bytes(n: number): Uint8Array;
  /** Uniform in [0, 1). */
  number(): number;
  /** 128 random bits as 32 lower-case hexadecimal digits. */
  id(): string;
}

/** The operating system's cryptographic generator. */
export function systemRandom(): Random {
  return randomFrom((n) => randomFillSync(new Uint8Array(n)));
}

/** The same bytes for the same seed. For tests, simulations and demos: never for keys that matter. */
export function seededRandom(seed: number | string): Random {
  const source = prng(seed);
  return randomFrom((n) => Uint8Array.from({ length: n }, () => source.next() & 0xff));
}

function randomFrom(bytes: (n: number) => Uint8Array): Random {
  return {
    bytes,
    number: () => {
      const drawn = bytes(8);
      const view = new DataView(drawn.buffer, drawn.byteOffset, 8);
      return ((view.getUint32(0) >>> 5) * 67_108_864 + (view.getUint32(4) >>> 6)) / 9_007_199_254_740_992;
    },
    id: () => Buffer.from(bytes(16)).toString('hex'),
  };
}
