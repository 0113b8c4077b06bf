import { availableParallelism, freemem, loadavg, totalmem, uptime } from 'node:os';

/** What a machine has and how busy it is; bytes, seconds, and the load of the last minute. */
export interface Machine {
  readonly platform: string;
  readonly cpus: number;
  readonly load1: number;
  readonly memoryBytes: number;
  readonly memoryFreeBytes: number;
  readonly uptimeS: number;
  /** Resident memory of this process. */
  readonly rssBytes: number;
}

/** This machine, now. */
export function observeMachine(): Machine {
  return {
    platform: `${process.platform}-${process.arch}`,
    cpus: availableParallelism(),
    load1: loadavg()[0] ?? 0,
    memoryBytes: totalmem(),
    memoryFreeBytes: freemem(),
    uptimeS: Math.round(uptime()),
    rssBytes: process.memoryUsage.rss(),
  };
}
