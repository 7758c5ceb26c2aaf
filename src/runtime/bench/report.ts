import type { FindingId } from '../../host/index.js';

/**
 * `netplumb bench`: what a host can do, measured on itself, in a network namespace that nothing leads to. The parts: `bench.ts`
 * starts a process in namespaces of its own (`apart.ts`), which runs `main.ts`; that one opens a host as any program would,
 * attaches and detaches (`trial.ts`), and sends its figures back; `limits.ts` says, from figures and findings alone, what keeps
 * them from being better. Nothing of it reaches the host's network, /run or records, and all of it is gone when the process
 * ends, however it ends: it is the first of a PID namespace, its namespaces are pinned in a mount namespace of its own, and it
 * ends itself when whoever started it has gone.
 */

/** What is measured. */
export interface BenchOptions {
  /** How many sandboxes; the first tenth of them (100 at most) one after the other, the others at once. Default: 1000. */
  readonly count?: number | undefined;
  /** `bridge` (the default), `none`, or a network of this host: one that is like it is made for the measurement. */
  readonly network?: string | undefined;
  /** Whether each sandbox publishes a port, on one of the host's that is free. Default: false. */
  readonly publish?: boolean | undefined;
}

/** How values are spread: each is in microseconds. */
export interface Spread {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** One step of the attaches. */
export interface StepSpread extends Spread {
  readonly step: string;
  /** Of the time of all steps, 0 to 1. */
  readonly share: number;
}

/** Many of one kind at once. */
export interface Bulk {
  readonly count: number;
  readonly perSecond: number;
}

/** What the process in the namespaces has seen. */
export interface Figures {
  readonly count: number;
  readonly network: string;
  readonly driver: string;
  readonly firewall: string;
  readonly publish: boolean;
  /** One after the other, each from its call to its result. */
  readonly single: Spread & { readonly count: number };
  /** At once. */
  readonly attach: Bulk & {
    /** Of the time, 0 to 1 and a little more: how much of it the engine's thread was busy with the plans' steps. */
    readonly engine: number;
    /** How much the main thread was busy. */
    readonly main: number;
    /** Of all processors' time: how much somebody used, the kernel's own threads and other programs included. */
    readonly machine: number;
    /** How much of that was this process's. */
    readonly own: number;
  };
  /** The steps of those that were attached at once, without their waiting for each other. */
  readonly steps: readonly StepSpread[];
  readonly detach: Bulk;
  /** Bytes that the machine had less of for each sandbox; missing if other programs have freed more meanwhile. */
  readonly memory?: number;
  /** Bytes that the machine still had when all were attached. */
  readonly available: number;
}

/** Something that keeps the figures, or the number of sandboxes, from being higher. */
export interface Limit {
  readonly id: 'rate' | 'memory' | FindingId;
  readonly title: string;
  /** What can be done about it, where something can. */
  readonly remedy?: string;
}

/** What `netplumb bench` tells. */
export interface BenchReport extends Figures {
  readonly limits: readonly Limit[];
}

/** How far it is. */
export interface BenchProgress {
  readonly phase: 'attach' | 'detach';
  readonly done: number;
  readonly total: number;
}
