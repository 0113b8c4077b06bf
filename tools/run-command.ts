import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('..', import.meta.url));

export interface CommandResult {
  name: string;
  ok: boolean;
  output: string;
  tookMs: number;
}

/** Runs one command in the repository and keeps what it said; never rejects. */
export function runCommand(name: string, file: string, args: readonly string[]): Promise<CommandResult> {
  const begunAt = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(file, args, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (ok: boolean, more = '') =>
      resolve({ name, ok, output: Buffer.concat(chunks).toString() + more, tookMs: performance.now() - begunAt });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => end(false, error.message));
    child.on('close', (code) => end(code === 0));
  });
}
