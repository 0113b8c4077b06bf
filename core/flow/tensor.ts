import { badReasons } from './bad-reasons.ts';
import type { Value } from './port-type.ts';

/** The shape of `length` values under a signature: unknown dimensions are 1, the last of them takes what is left. */
export function tensorShape(signature: readonly (number | string | null)[], length: number): number[] | undefined {
  const isOpen = (size: number | string | null) => typeof size !== 'number' || size < 0;
  const open = signature.findLastIndex(isOpen);
  // With a batch dimension alone unknown, the values are one example.
  const fixed = signature.reduce<number>((product, size) => (isOpen(size) ? product : product * (size as number)), 1);
  const batchOnly = open === 0 && signature.length > 1;
  const rest = open === -1 || batchOnly ? 1 : length / fixed;
  if (!Number.isInteger(rest) || rest * fixed !== length) return undefined;
  return signature.map((size, index) => (isOpen(size) ? (index === open ? rest : 1) : (size as number)));
}

/** The features of one tensor in their order; vectors are laid out in place. Refuses what float32 can't hold. */
export function fillTensor(
  slots: readonly number[],
  values: readonly Value[],
): readonly number[] | { because: string } {
  const first = values[slots[0]!];
  // One whole vector is the usual case, and vectors are never changed once they were emitted.
  const data =
    slots.length === 1 && typeof first === 'object' ? first : slots.flatMap((slot) => numbersIn(values[slot]!));
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(Math.fround(data[index]!))) return { because: badReasons.notFinite };
  }
  return data;
}

function numbersIn(value: Value): number | readonly number[] {
  return typeof value === 'object' ? value : Number(value);
}

/** Which tensor, and which value of it, an output of a model step names: `variable`, `probabilities[1]`. */
export function outputOf(text: string): { tensor: string; element: number | undefined } {
  const match = /^(.+)\[(\d+)\]$/.exec(text);
  return match === null ? { tensor: text, element: undefined } : { tensor: match[1]!, element: Number(match[2]) };
}
