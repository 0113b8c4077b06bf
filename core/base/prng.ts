/** A seeded source of chance: the same seed gives the same sequence on every machine. Not for keys. */
export interface Prng {
  /** The next 32 random bits as an unsigned integer. */
  next(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  number(): number;
  /** Uniform integer in [0, below); `below` is a positive integer up to 2^53. */
  below(below: number): number;
}

const WARM_UP_ROUNDS = 16;

/** sfc32 (Chris Doty-Humphrey, PractRand), its state filled from the seed by splitmix32. Strings are seeds too. */
export function prng(seed: number | string): Prng {
  const fill = splitmix32(typeof seed === 'number' ? mixNumber(seed) : hashString(seed));
  let a = fill();
  let b = fill();
  let c = fill();
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next();
  const number = (): number => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
  return { next, number, below: (below) => Math.floor(number() * below) };
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** Seeds above 32 bits and fractions keep their difference. */
function mixNumber(seed: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, seed);
  return Math.imul(view.getUint32(0), 0x85ebca6b) ^ view.getUint32(4);
}

/** FNV-1a over UTF-16 code units. */
function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
