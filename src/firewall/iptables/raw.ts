import type { Sets } from './sets.js';
import type { Table } from './table.js';

/** Frames that further bridges of networks pass on to their own: it is there that connections are tracked. */
export function rawTable({ of }: Sets): Table {
  return {
    name: 'raw',
    chains: { SWITCHED: of('switches').map(([input]) => ({ input, verdict: '-j CT --notrack' })) },
    jumps: { PREROUTING: 'SWITCHED' },
  };
}
