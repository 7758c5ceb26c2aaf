import type { Sets } from './sets.js';
import type { Table } from './table.js';

/** Addresses that no way leads to: of who has none yet, and of who means one link only. */
const nowhere = { 4: '0.0.0.0/32', 6: 'fe80::/10' } as const;
const isKnown = '-m conntrack --ctstate RELATED,ESTABLISHED';

/**
 * What arrives from sandboxes comes under an address that leads back, and does not go to the host's loopback, to which our bridges
 * let packets of the host's own pass. Behind the tracking of connections, hence not in `raw`.
 */
export function mangleTable({ family, of }: Sets, prefix: string): Table {
  const strict = new Set(of('strict').map(([name]) => name));
  return {
    name: 'mangle',
    chains: {
      ARRIVING: [
        ...of('switches').map(([input]) => ({ input, verdict: '-j RETURN' })),
        ...of('interfaces').map(([input]) => ({
          input,
          verdict: `-g ${prefix}-${strict.has(input) ? 'STRICT' : 'CHECKED'}`,
        })),
        { input: 'lo', verdict: '-j RETURN' },
        // Nobody else speaks in the name of sandboxes.
        ...of('subnets').map(([source]) => ({ source, verdict: '-j DROP' })),
      ],
      CHECKED: [
        ...(family === 4 ? [{ destination: '127.0.0.0/8', verdict: '-j DROP' }] : []),
        { match: isKnown, verdict: '-j RETURN' },
        // Whether the host has an address there, and so a way back, or not.
        ...of('homes').map(([input, source]) => ({ input, source, verdict: '-j RETURN' })),
        { verdict: `-g ${prefix}-STRICT` },
      ],
      STRICT: [
        ...(family === 4 ? [{ destination: '127.0.0.0/8', verdict: '-j DROP' }] : []),
        // In IPv6 it lets the address that is none pass by itself.
        { match: `! -s ${nowhere[family]} -m rpfilter --invert`, verdict: '-j DROP' },
      ],
    },
    jumps: { PREROUTING: 'ARRIVING' },
  };
}
