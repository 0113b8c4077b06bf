import { z } from 'zod';
import { createAligner } from '../aligner.ts';
import { checkModelInputs, checkModelSignature } from '../check-model.ts';
import type { FlowTensor, InferEffect } from '../effect.ts';
import { commonInterval, isUsable, type PortType } from '../port-type.ts';
import type { StepDefinition } from '../step-definition.ts';
import { fillTensor, outputOf, tensorShape } from '../tensor.ts';

/** Inferences that may be unanswered at once; a point that comes while there are so many is given up and counted. */
export const outstandingMax = 64;

const Saved = z.strictObject({
  waiting: z.unknown(),
  pending: z.array(
    z.strictObject({
      id: z.number().int(),
      time: z.number(),
      arrivalMs: z.number(),
      inputs: z.record(z.string(), z.array(z.number())),
      answer: z
        .union([
          z.strictObject({ values: z.array(z.union([z.number(), z.array(z.number())])) }),
          z.strictObject({ because: z.string() }),
        ])
        .nullable(),
    }),
  ),
});
type Pending = z.infer<typeof Saved>['pending'][number];

/**
 * Runs a model on aligned features. INVARIANTS: never with a bad or non-finite feature; answers leave in the order of their
 * source times, whatever order they come in; each point that enters leaves once, good or bad.
 */
export const model: StepDefinition<'model'> = {
  kind: 'model',
  reads: (spec) => ({ series: Object.values(spec.inputs).flat(), expressions: [] }),

  check(spec, scope) {
    const types = Object.values(spec.inputs)
      .flat()
      .map((ref) => scope.typeOf(ref) ?? { kind: 'any' as const });
    const everyMs = commonInterval(types);
    const lengths = checkModelInputs(spec, scope);
    const outputs = checkModelSignature(spec, scope, lengths);
    return Object.fromEntries(
      Object.keys(spec.outputs).map((name): [string, PortType] => [
        name,
        { ...(outputs[name] ?? { kind: 'any' }), everyMs },
      ]),
    );
  },

  compile(spec, host) {
    const fact = host.model(spec.use);
    const refs = [...new Set(Object.values(spec.inputs).flat())];
    const slots = new Map(refs.map((ref) => [ref, host.slot(ref)]));
    const tensors = Object.entries(spec.inputs).map(([name, features]) => ({
      name,
      slots: features.map((ref) => slots.get(ref)!),
      shape: fact.signature.inputs.find((tensor) => tensor.name === name)!.shape,
    }));
    const wanted = Object.values(spec.outputs).map(outputOf);
    const outputTensors = [...new Set(wanted.map((output) => output.tensor))];
    const outputs = Object.keys(spec.outputs).map((name) => host.output(name));
    const scalars = Object.keys(spec.outputs).map((name) => host.typeOf(`${host.step}.${name}`).kind !== 'vector');
    const aligner = createAligner(refs.length, host.count);
    let pending: Pending[] = [];

    function ask(entry: Pending): void {
      const inputs: Record<string, FlowTensor> = {};
      for (const { name, shape } of tensors) {
        const data = new Float32Array(entry.inputs[name]!);
        inputs[name] = { data, shape: tensorShape(shape, data.length)! };
      }
      const { id, time, arrivalMs } = entry;
      const effect: InferEffect = {
        kind: 'infer',
        id,
        step: host.step,
        model: spec.use,
        inputs,
        outputs: outputTensors,
        sourceTime: time,
        arrivalMs,
      };
      host.effect(effect);
    }

    function start(): void {
      if (pending.length >= outstandingMax) {
        host.count('overflow');
        return;
      }
      const inputs: Record<string, number[]> = {};
      let because = aligner.badBecause();
      for (const tensor of tensors) {
        if (because !== undefined) break;
        const filled = fillTensor(tensor.slots, aligner.values);
        if ('because' in filled) because = filled.because;
        else if (tensorShape(tensor.shape, filled.length) === undefined)
          because = `${filled.length} features do not fit ${tensor.name}`;
        else inputs[tensor.name] = [...filled];
      }
      const entry: Pending = {
        id: host.nextId(),
        time: aligner.time,
        arrivalMs: host.arrivalMs(),
        inputs,
        answer: because === undefined ? null : { because },
      };
      pending.push(entry);
      if (because === undefined) ask(entry);
    }

    function deliver(): boolean {
      const first = pending[0];
      if (first === undefined || first.answer === null) return false;
      pending.shift();
      host.setArrivalMs(first.arrivalMs);
      const { answer, time } = first;
      outputs.forEach((output, index) => {
        if ('because' in answer) host.emit(output, time, 0, answer.because);
        else host.emit(output, time, answer.values[index]!);
      });
      return true;
    }

    return {
      receive: aligner.offer,
      run() {
        const started = aligner.take();
        if (started) start();
        return deliver() || started;
      },
      resume(id, result) {
        const entry = pending.find((candidate) => candidate.id === id && candidate.answer === null);
        if (entry === undefined) return false;
        const answer = 'failed' in result ? { because: result.failed } : readAnswer(result.outputs, wanted, scalars);
        if ('because' in answer) host.count('bad');
        entry.answer = answer;
        return true;
      },
      outstanding: () => pending[0]?.time ?? Number.POSITIVE_INFINITY,
      save: (): z.infer<typeof Saved> => ({ waiting: aligner.save(), pending: structuredCopy(pending) }),
      load(saved) {
        const loaded = Saved.parse(saved);
        aligner.load(loaded.waiting);
        pending = loaded.pending;
      },
      reissue() {
        for (const entry of pending) if (entry.answer === null) ask(entry);
      },
    };
  },
};

function structuredCopy(pending: readonly Pending[]): Pending[] {
  return pending.map((entry) => ({ ...entry }));
}

type Wanted = ReturnType<typeof outputOf>;

function readAnswer(
  outputs: Readonly<Record<string, ArrayLike<number | bigint>>>,
  wanted: readonly Wanted[],
  scalars: readonly boolean[],
): NonNullable<Pending['answer']> {
  const values: (number | number[])[] = [];
  for (const [index, { tensor, element }] of wanted.entries()) {
    const data = outputs[tensor];
    if (data === undefined) return { because: `the model gave no ${tensor}` };
    const value = scalars[index] ? Number(data[element ?? 0] ?? Number.NaN) : Array.from(data, Number);
    if (![value].flat().every(isUsable)) return { because: `the model's ${tensor} is not a finite number` };
    values.push(value);
  }
  return { values };
}
