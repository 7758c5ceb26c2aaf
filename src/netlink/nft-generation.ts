import type { Request } from './request.js';

export const NFT_MSG_NEWGEN = (10 << 8) | 15;
export const NFT_MSG_GETGEN = (10 << 8) | 16;

/** What state nf_tables is in: every transaction makes another of it. */
export interface Generation {
  /** Counts up, from 0 to 4294967295 and over. */
  readonly id: number;
  /** Whose transaction it was, in events: the process, as the kernel's first pid namespace numbers it, and its name. */
  readonly processId?: number;
  readonly processName?: string;
}

/** The request for the generation that nf_tables has now. */
export function getGeneration(): Request<Generation> {
  return { type: NFT_MSG_GETGEN, flags: 0, body: {} };
}
