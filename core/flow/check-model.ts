import type { StepSpec } from '../../contracts/kinds/flow.ts';
import type { TensorSignature } from '../../contracts/kinds/model.ts';
import { suggest } from '../base/nearest.ts';
import type { PortType } from './port-type.ts';
import type { StepScope } from './step-definition.ts';
import { hasVariable } from './step-scope.ts';
import { outputOf, tensorShape } from './tensor.ts';

/** How many features each tensor gets; undefined when a vector has no fixed length. */
export function checkModelInputs(spec: StepSpec<'model'>, scope: StepScope): Map<string, number | undefined> {
  const lengths = new Map<string, number | undefined>();
  for (const [tensor, features] of Object.entries(spec.inputs)) {
    let length: number | undefined = 0;
    features.forEach((ref, index) => {
      const type = scope.series(ref, `inputs.${tensor}[${index}]`, ['number', 'boolean', 'vector']);
      const own = type === undefined || type.kind === 'any' ? undefined : type.kind === 'vector' ? type.length : 1;
      length = length === undefined || own === undefined ? undefined : length + own;
    });
    lengths.set(tensor, length);
  }
  return lengths;
}

/** Compares a model step with the signature of its model; gives the types of its outputs, as far as they are known. */
export function checkModelSignature(
  spec: StepSpec<'model'>,
  scope: StepScope,
  lengths: ReadonlyMap<string, number | undefined>,
): Record<string, PortType> {
  const known = scope.facts.models;
  if (known === undefined || hasVariable(spec.use)) return {};
  const fact = known[spec.use];
  if (fact === undefined) {
    scope.problem(
      'use',
      `there is no model "${spec.use}"`,
      suggest(spec.use, Object.keys(known)) ?? 'Push it with `orla model push`, or set the alias.',
    );
    return {};
  }
  const { inputs, outputs } = fact.signature;
  for (const name of Object.keys(spec.inputs)) checkTensor(name, inputs, lengths.get(name), scope);
  for (const { name } of inputs) {
    if (!(name in spec.inputs))
      scope.problem('inputs', `the model also needs its input "${name}"`, `Add inputs.${name} with its features.`);
  }
  return Object.fromEntries(
    Object.entries(spec.outputs).map(([name, text]) => [name, checkOutput(name, text, outputs, scope)]),
  );
}

function checkTensor(
  name: string,
  inputs: readonly TensorSignature[],
  length: number | undefined,
  scope: StepScope,
): void {
  const tensor = inputs.find((input) => input.name === name);
  const place = `inputs.${name}`;
  if (tensor === undefined) {
    scope.problem(
      place,
      `the model has no input "${name}"`,
      suggest(
        name,
        inputs.map((input) => input.name),
      ),
    );
    return;
  }
  if (tensor.type !== 'float32')
    scope.problem(
      place,
      `the model wants ${tensor.type} for "${name}"; flows give float32`,
      'Export the model with float32 inputs.',
    );
  if (length !== undefined && tensorShape(tensor.shape, length) === undefined) {
    const shape = tensor.shape.map((size) => size ?? '?').join(' × ');
    scope.problem(
      place,
      `${length} features do not fit the model's input "${name}" (${shape})`,
      'List exactly the features that the model was trained on, in their order.',
    );
  }
}

function checkOutput(name: string, text: string, outputs: readonly TensorSignature[], scope: StepScope): PortType {
  const { tensor, element } = outputOf(text);
  const found = outputs.find((output) => output.name === tensor);
  if (found === undefined) {
    scope.problem(
      `outputs.${name}`,
      `the model has no output "${tensor}"`,
      suggest(
        tensor,
        outputs.map((output) => output.name),
      ),
    );
    return { kind: 'any' };
  }
  if (!['float32', 'float64', 'int64', 'int32'].includes(found.type)) {
    scope.problem(
      `outputs.${name}`,
      `the model gives ${found.type} for "${tensor}"; flows read numbers`,
      'Name another output.',
    );
  }
  const fixed = found.shape.slice(found.shape.length > 1 && typeof found.shape[0] !== 'number' ? 1 : 0);
  const length = fixed.every((size) => typeof size === 'number')
    ? fixed.reduce<number>((product, size) => product * (size as number), 1)
    : undefined;
  if (element !== undefined && length !== undefined && element >= length) {
    scope.problem(
      `outputs.${name}`,
      `"${tensor}" has ${length} values, so there is no [${element}]`,
      `The last is [${length - 1}].`,
    );
  }
  return element !== undefined || length === 1 ? { kind: 'number' } : { kind: 'vector', length };
}
