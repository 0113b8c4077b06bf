import type { ModelSignature } from '../../contracts/kinds/model.ts';

/** A tensor in row-major order. */
export interface Tensor {
  type: 'float32' | 'float64' | 'int64' | 'int32' | 'bool' | 'string' | 'uint8';
  shape: readonly number[];
  data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | readonly string[];
}

/** A model in memory, ready to be called. Calls may overlap; each gives its own outputs. */
export interface Session {
  readonly signature: ModelSignature;
  /** Rejects with EdgeError 'invalid-model' when inputs do not fit the signature (name, got, expected). */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /** Frees native memory. Idempotent; `run` afterwards rejects with 'closed'. */
  close(): Promise<void>;
}

/** Loads models of one format. Rejects with EdgeError 'invalid-model' and the runtime's own reason. */
export interface Runtime {
  readonly name: string;
  /** `threads` is the intra-op thread count of this session. The path is of verified bytes. */
  load(path: string, options: { threads: number }): Promise<Session>;
}
