/** Bytes named by their SHA-256. What is there is complete and verified; what is not is not. */
export interface Artifacts {
  has(sha256: string): Promise<boolean>;
  list(): Promise<{ sha256: string; sizeBytes: number }[]>;
  /** How many bytes of an unfinished artifact are kept, to go on from there. */
  partial(sha256: string): Promise<number>;
  /**
   * Appends to the unfinished artifact from `fromByte`; when `sizeBytes` are there it is verified, synced and becomes
   * present. Rejects with 'corrupt' (and forgets the bytes) when the digest differs, 'disk-full', 'too-large'.
   */
  write(sha256: string, sizeBytes: number, fromByte: number, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Rejects with 'not-found'. */
  read(sha256: string, range?: { from: number; to: number }): AsyncIterable<Uint8Array>;
  /** Absolute path of a present artifact for a child process, after its digest was checked again. 'corrupt' removes it. */
  verifiedPath(sha256: string): Promise<string>;
  remove(sha256: string): Promise<void>;
}
