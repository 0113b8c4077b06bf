import type { Scalar } from '../../contracts/names.ts';
import type { RecordBody } from '../../contracts/records.ts';

/** One tensor for a model: float32, in row-major order. */
export interface FlowTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

interface Common {
  /** Id of the step. */
  readonly step: string;
  /** Source time of the values behind it, ms since 1970. */
  readonly sourceTime: number;
  /** What `push` was given with the sample that led here, for measuring latency; 0 when it was woken by time alone. */
  readonly arrivalMs: number;
}

/** Run a model and give the answer to `resume`. May be asked again after a restore: inference changes nothing. */
export interface InferEffect extends Common {
  readonly kind: 'infer';
  readonly id: number;
  /** The reference as the flow writes it. */
  readonly model: string;
  readonly inputs: Readonly<Record<string, FlowTensor>>;
  /** The output tensors that are needed. */
  readonly outputs: readonly string[];
}

/** Write a tag and give the outcome to `wrote`. May be asked again after a restore: writing the same value twice is harmless. */
export interface WriteEffect extends Common {
  readonly kind: 'write';
  readonly id: number;
  readonly tag: string;
  readonly value: Scalar;
}

/** Journal a record. `latencyMs` of decisions is left to whoever has the clock. */
export interface RecordEffect extends Common {
  readonly kind: 'record';
  readonly stream: string;
  readonly body: RecordBody;
}

/** What a flow asks for, as plain data. */
export type Effect = InferEffect | WriteEffect | RecordEffect;

/** How an inference ended: output tensor → its values, or why there are none. */
export type InferResult =
  | { readonly outputs: Readonly<Record<string, ArrayLike<number | bigint>>> }
  | { readonly failed: string };
