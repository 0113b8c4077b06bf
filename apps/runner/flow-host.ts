import type { Session, Tensor } from '../../adapters/runtimes/port.ts';
import type { Clock } from '../../adapters/system/clock.ts';
import type { FlowWorkload } from '../../contracts/manifest.ts';
import type { Scalar } from '../../contracts/names.ts';
import type { Checkpoint, Sample } from '../../contracts/records.ts';
import type { Health } from '../../contracts/report.ts';
import type { WriteOutcome } from '../../contracts/runner.ts';
import type { CompiledFlow } from '../../core/flow/compile-flow.ts';
import type { Effect, InferEffect, RecordEffect, WriteEffect } from '../../core/flow/effect.ts';
import { createFlowHealth } from './flow-health.ts';
import type { Outbox } from './outbox.ts';

/** What a flow needs around it. */
export interface FlowHostPorts {
  clock: Clock;
  /** Model reference as the flow writes it → the loaded model. */
  sessions: ReadonlyMap<string, Session>;
  write(tag: string, value: Scalar): Promise<WriteOutcome>;
  outbox: Outbox;
  /** It threw: it is stopped, and the others go on. */
  onFailed(because: string): void;
}

/** A flow at work: hands it samples and does what it asks for. */
export interface FlowHost {
  readonly workload: FlowWorkload;
  readonly tags: readonly string[];
  push(sample: Sample, arrivedAtMs: number): void;
  /** For equipment that does not stamp its values: wall time is its source time, and goes on without samples. */
  tick(wallMs: number): void;
  /** Goes on from what another life of the flow had gathered. Throws 'corrupt' when it does not fit. */
  restore(snapshot: unknown): void;
  checkpoint(): Checkpoint;
  /** From now on nothing that was asked for has an effect; what it gathered comes with the answer. */
  stop(): unknown;
  judge(): { health: Health; because?: string };
  counters(): Record<string, number>;
}

export function createFlowHost(workload: FlowWorkload, flow: CompiledFlow, ports: FlowHostPorts): FlowHost {
  const { clock, sessions, outbox } = ports;
  const health = createFlowHealth(flow.tags);
  const counts = { inferences: 0, failedInferences: 0, writes: 0, records: 0 };
  /** Writes of one tag go one after the other, in the order in which they were decided. */
  const writing = new Map<string, Promise<void>>();
  let stopped = false;
  let stampedOnArrival = false;

  /** Whatever a flow throws ends this flow, and only it. */
  const guarded = (work: () => readonly Effect[]): void => {
    if (stopped) return;
    try {
      apply(work());
    } catch (error) {
      stopped = true;
      ports.onFailed(error instanceof Error ? error.message : String(error));
    }
  };

  const apply = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'record') record(effect);
      else if (effect.kind === 'infer') infer(effect);
      else write(effect);
    }
  };

  const latencyMs = (arrivalMs: number): number | undefined =>
    arrivalMs > 0 ? Math.round((clock.monotonic() - arrivalMs) * 1000) / 1000 : undefined;

  const record = ({ stream, body, arrivalMs }: RecordEffect) => {
    counts.records += 1;
    const latency = body.kind === 'decision' ? latencyMs(arrivalMs) : undefined;
    outbox.add({ stream, body: latency === undefined ? body : ({ ...body, latencyMs: latency } as typeof body) });
  };

  const infer = (effect: InferEffect) => {
    const session = sessions.get(effect.model);
    if (session === undefined) throw new Error(`the model ${effect.model} is not loaded`);
    counts.inferences += 1;
    session.run(tensorsOf(effect)).then(
      (results) => {
        if (stopped) return;
        health.ended('inference', undefined);
        guarded(() => flow.resume(effect.id, { outputs: outputsOf(effect, results) }));
      },
      (error: Error) => {
        if (stopped) return;
        counts.failedInferences += 1;
        health.ended('inference', error.message);
        guarded(() => flow.resume(effect.id, { failed: error.message }));
      },
    );
  };

  const write = (effect: WriteEffect) => {
    counts.writes += 1;
    const mine = (writing.get(effect.tag) ?? Promise.resolve()).then(async () => {
      if (stopped) return;
      const outcome = await ports.write(effect.tag, effect.value);
      if (stopped) return;
      health.ended('write', outcome.outcome === 'failed' ? (outcome.because ?? 'failed') : undefined);
      guarded(() => flow.wrote(effect.id, outcome, latencyMs(effect.arrivalMs)));
    });
    writing.set(effect.tag, mine);
    void mine.finally(() => {
      if (writing.get(effect.tag) === mine) writing.delete(effect.tag);
    });
  };

  return {
    workload,
    tags: flow.tags,
    push: (sample, arrivedAtMs) => {
      stampedOnArrival = sample.timeFrom === 'arrival';
      health.sample(sample, clock.monotonic());
      guarded(() => flow.push(sample, arrivedAtMs));
      outbox.touched();
    },
    tick: (wallMs) => {
      if (stampedOnArrival) guarded(() => flow.advance(wallMs));
    },
    restore: (snapshot) => apply(flow.restore(snapshot)),
    checkpoint: () => ({ workload: workload.id, digest: workload.digest, body: flow.snapshot() }),
    stop: () => {
      stopped = true;
      return flow.snapshot();
    },
    judge: () => health.judge(clock.monotonic()),
    counters: () => ({ ...flow.counters(), ...counts, heldBack: outbox.heldBack(), waiting: outbox.waiting() }),
  };
}

function outputsOf({ outputs, model }: InferEffect, results: Readonly<Record<string, Tensor>>) {
  const values: Record<string, ArrayLike<number | bigint>> = {};
  for (const name of outputs) {
    const tensor = results[name];
    if (tensor === undefined) throw new Error(`the model ${model} gave no output ${name}`);
    values[name] = tensor.data as ArrayLike<number | bigint>;
  }
  return values;
}

function tensorsOf({ inputs }: InferEffect): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const name in inputs) {
    const { data, shape } = inputs[name]!;
    tensors[name] = { type: 'float32', shape, data };
  }
  return tensors;
}
