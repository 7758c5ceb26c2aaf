import { cpus, loadavg, release, totalmem } from 'node:os';

/** Where a benchmark ran: its figures mean little without. */
export interface Environment {
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_mb: number;
  readonly node: string;
  /** Processes running or waiting to run over the last minute, before the benchmark began. */
  readonly load: number;
}

export function environment(): Environment {
  const [processor] = cpus();
  return {
    kernel: release(),
    cpu: processor?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_mb: Math.round(totalmem() / 2 ** 20),
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}
