import type { Prng } from '../../core/base/prng.ts';

/** One file of the fake disk, which knows which of its bytes a power cut would leave. */
export interface MemoryFile {
  size(): number;
  /** A copy of the bytes from `from` to before `to`. */
  bytes(from?: number, to?: number): Uint8Array;
  append(bytes: Uint8Array): void;
  truncate(size: number): void;
  sync(): void;
  /** As Linux does: the bytes stay readable, the next sync succeeds, and they were never written. */
  failSync(): void;
  /** The file as it is found after the power comes back. */
  afterPowerCut(random: Prng): MemoryFile;
}

const SECTOR_BYTES = 512;

export function memoryFile(initial: Uint8Array = new Uint8Array()): MemoryFile {
  let buffer = new Uint8Array(initial);
  let size = initial.length;
  /** Bytes before this survive, but for those in `lost`. */
  let durable = initial.length;
  let lost: { from: number; to: number }[] = [];
  /** What a truncation that was not synced yet cut off. */
  let cut: { at: number; bytes: Uint8Array } | undefined;

  const bytes = (from = 0, to = size) => buffer.slice(Math.min(from, size), Math.min(to, size));
  const sync = () => {
    durable = size;
    cut = undefined;
  };
  return {
    size: () => size,
    bytes,
    append: (added) => {
      if (size + added.length > buffer.length) {
        const grown = new Uint8Array(Math.max(2 * buffer.length, size + added.length, 256));
        grown.set(buffer.subarray(0, size));
        buffer = grown;
      }
      buffer.set(added, size);
      size += added.length;
    },
    truncate: (to) => {
      if (to < durable) {
        const before = bytes(to, durable);
        cut = cut === undefined ? { at: to, bytes: before } : joinCuts(cut, to, before);
        durable = to;
        lost = lost
          .filter((range) => range.from < to)
          .map((range) => ({ from: range.from, to: Math.min(range.to, to) }));
      }
      if (to > size) throw new RangeError('truncate does not make a file longer');
      size = to;
    },
    sync,
    failSync: () => {
      lost.push({ from: durable, to: size });
      sync();
    },
    afterPowerCut: (random) => {
      if (cut !== undefined && random.below(2) === 0) return memoryFile(concat(bytes(0, cut.at), cut.bytes));
      const kept = bytes(0, durable);
      for (const { from, to } of lost) tear(kept.subarray(from, to), random);
      return memoryFile(concat(kept, tornTail(bytes(durable, size), random)));
    },
  };
}

/** A second truncation before a sync: what was cut first lies behind what is cut now. */
function joinCuts(cut: { at: number; bytes: Uint8Array }, at: number, bytes: Uint8Array) {
  return { at, bytes: concat(bytes, cut.bytes) };
}

/** What is left of bytes that were not synced: nothing, all, a part, or a part with sectors that never came. */
function tornTail(tail: Uint8Array, random: Prng): Uint8Array {
  const kind = random.below(4);
  if (kind === 0) return new Uint8Array();
  if (kind === 1) return tail;
  const part = tail.slice(0, random.below(tail.length + 1));
  if (kind === 3) tear(part, random);
  return part;
}

function tear(bytes: Uint8Array, random: Prng): void {
  for (let at = 0; at < bytes.length; at += SECTOR_BYTES) {
    const kind = random.below(3);
    const sector = bytes.subarray(at, at + SECTOR_BYTES);
    if (kind === 0) sector.fill(0);
    if (kind === 1) for (let i = 0; i < sector.length; i++) sector[i] = random.next() & 0xff;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
