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
export function fillTensor(slots: readonly number[], values: readonly Value[]): number[] | { because: string } {
  const data: number[] = [];
  let finite = true;
  const add = (number: number) => {
    finite &&= Number.isFinite(Math.fround(number));
    data.push(number);
  };
  for (const slot of slots) {
    const value = values[slot]!;
    if (typeof value === 'object') for (let index = 0; index < value.length; index++) add(value[index]!);
    else add(Number(value));
  }
  return finite ? data : { because: badReasons.notFinite };
}

/** Which tensor, and which value of it, an output of a model step names: `variable`, `probabilities[1]`. */
export function outputOf(text: string): { tensor: string; element: number | undefined } {
  const match = /^(.+)\[(\d+)\]$/.exec(text);
  return match === null ? { tensor: text, element: undefined } : { tensor: match[1]!, element: Number(match[2]) };
}
