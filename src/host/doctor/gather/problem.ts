import { NetplumbError } from '../../../errors/index.js';
import type { Problem } from '../facts.js';

/** An error as a fact. Anything else than an error of ours is a bug, and is thrown again. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof NetplumbError)) {
    throw error;
  }
  return { problem: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
}
