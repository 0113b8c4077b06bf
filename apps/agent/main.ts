/** The program `orla agent`: one node. */
import { setFlagsFromString } from 'node:v8';

// Keeps the young generation as small as it begins, before anything is loaded: loading would let it grow to many times
// that, and nothing here needs it later.
setFlagsFromString('--semi-space-growth-factor=1');

const { runProgram } = await import('./run-program.ts');
await runProgram(process.argv.slice(2), process.env);
