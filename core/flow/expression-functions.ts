import type { Environment } from '@marcbachmann/cel-js';

type Numeric = number | bigint;

/** The mathematics that CEL itself lacks; angles are in degrees. Whole and decimal numbers mix freely. */
const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  min: (a, b) => Math.min(a!, b!),
  max: (a, b) => Math.max(a!, b!),
  clamp: (value, low, high) => Math.min(Math.max(value!, low!), high!),
  abs: (a) => Math.abs(a!),
  sqrt: (a) => Math.sqrt(a!),
  exp: (a) => Math.exp(a!),
  ln: (a) => Math.log(a!),
  pow: (a, b) => a! ** b!,
  floor: (a) => Math.floor(a!),
  ceil: (a) => Math.ceil(a!),
  round: (a) => Math.round(a!),
  sin: (a) => Math.sin((a! * Math.PI) / 180),
  cos: (a) => Math.cos((a! * Math.PI) / 180),
};

const operators: Readonly<Record<string, (a: Numeric, b: Numeric) => number | boolean>> = {
  '+': (a, b) => Number(a) + Number(b),
  '-': (a, b) => Number(a) - Number(b),
  '*': (a, b) => Number(a) * Number(b),
  '/': (a, b) => Number(a) / Number(b),
  '==': (a, b) => Number(a) === Number(b),
};

/** The names of the functions that expressions may call beside CEL's own. */
export const functionNames = Object.keys(functions);

/** Adds the functions, and operators between whole and decimal numbers, to an environment. */
export function registerFunctions(environment: Environment): Environment {
  for (const [name, compute] of Object.entries(functions)) {
    for (const types of combinations(compute.length)) {
      environment.registerFunction(`${name}(${types.join(', ')}): double`, (...values: Numeric[]) =>
        compute(...values.map(Number)),
      );
    }
  }
  for (const [operator, compute] of Object.entries(operators)) {
    // Without its own result type an operator would take that of its left side.
    const result = operator === '==' ? 'bool' : 'double';
    environment.registerOperator(`double ${operator} int: ${result}`, compute);
    // CEL derives the mirrored equality itself.
    if (operator !== '==') environment.registerOperator(`int ${operator} double: double`, compute);
  }
  return environment;
}

function combinations(length: number): string[][] {
  if (length === 0) return [[]];
  return combinations(length - 1).flatMap((rest) => [
    ['double', ...rest],
    ['int', ...rest],
  ]);
}
