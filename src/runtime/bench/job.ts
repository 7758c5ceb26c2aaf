import type { ErrorJson } from '../../errors/index.js';
import type { HostOptions, NetworkSpec } from '../../host/index.js';
import type { BenchProgress, Figures } from './report.js';

/** Where all that the measuring process makes is: its /run is a file system of its own (apart.ts). */
export const directories = { runDir: '/run/netplumb', stateDir: '/run/netplumb-state' } as const;

/** What the measuring process is to do; plain data, for it comes over a channel. */
export interface Job {
  readonly host: Omit<HostOptions, 'runDir' | 'stateDir' | 'netns' | 'bridge'>;
  readonly count: number;
  /** The name of a network that every host has, or one to be made. */
  readonly network: 'bridge' | 'none' | NetworkSpec;
  readonly publish: boolean;
}

/** What it says. */
export type JobNews =
  | { readonly progress: BenchProgress }
  | { readonly figures: Figures }
  | { readonly failure: ErrorJson }
  /** What nobody has foreseen. */
  | { readonly crash: string };
