import { readFileSync } from 'node:fs';

/** Resident memory of a process in megabytes, from Linux' /proc (proc_pid_status(5)); null when it is gone. */
export function rssMb(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? null : Number(((Number(kilobytes) * 1024) / 1e6).toFixed(1));
}

/** The processes that a process started and that still run (proc_pid_task(5)). */
export function childrenOf(pid: number): number[] {
  return textOf(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((word) => word !== '')
    .map(Number);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
