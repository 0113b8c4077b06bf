/** Bytes whose digest is known but which are not kept yet. */
export interface Staged {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Absolute path of the bytes, for a child process that looks at them. */
  readonly path: string;
  read(): AsyncIterable<Uint8Array>;
  /** Makes them a present artifact, durably. */
  keep(): Promise<void>;
  /** Forgets them. Idempotent; does nothing after `keep`. */
  discard(): Promise<void>;
}

/** Bytes named by their SHA-256. What is there is complete and verified; what is not is not. */
export interface Artifacts {
  has(sha256: string): Promise<boolean>;
  list(): Promise<{ sha256: string; sizeBytes: number }[]>;
  /** How many bytes of an unfinished artifact are kept, to go on from there. */
  partial(sha256: string): Promise<number>;
  /**
   * Appends to the unfinished artifact from `fromByte`; when `sizeBytes` are there it is verified, synced and becomes
   * present. What arrived before `bytes` failed is kept. Does nothing when it is present. Rejects with 'corrupt' (and
   * forgets the bytes) when the digest differs, 'too-large' (the same) when there are more than `sizeBytes`,
   * 'bad-request' when `fromByte` is not a byte that is kept or the next one, 'disk-full', or the error of `bytes`.
   */
  write(sha256: string, sizeBytes: number, fromByte: number, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Takes bytes whose digest nobody knows yet. Rejects with 'too-large' past `sizeMax`, 'disk-full', or the error of `bytes`. */
  stage(bytes: AsyncIterable<Uint8Array>, sizeMax: number): Promise<Staged>;
  /** Bytes `from` … `to`, both included; all of them without a range. Rejects with 'not-found'. */
  read(sha256: string, range?: { from: number; to: number }): AsyncIterable<Uint8Array>;
  /** Absolute path of a present artifact for a child process, after its digest was checked again. 'corrupt' removes it. */
  verifiedPath(sha256: string): Promise<string>;
  /** Removes an artifact, present or unfinished. Idempotent. */
  remove(sha256: string): Promise<void>;
}
