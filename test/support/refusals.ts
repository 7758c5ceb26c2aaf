import type { Refusals } from '../../src/store/seal.js';

/** For tables that no Store has: what is wrong is thrown as it is. */
export const asThrown: Refusals = { altered: (reason) => new Error(reason), refused: (cause) => cause };
