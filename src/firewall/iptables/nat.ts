import type { Rule } from './rule.js';
import type { Sets } from './sets.js';
import type { Table } from './table.js';

const loopback = '127.0.0.0/8';
const masquerade = '-j MASQUERADE';
const isTranslated = '-m conntrack --ctstate DNAT';

/** Published ports lead to their sandboxes; what leaves networks bears an address of the host. */
export function natTable({ family, of }: Sets, prefix: string): Table {
  const bridges = new Set(of('bridges').map(([bridge]) => bridge));
  const toPorts = { match: '-m addrtype --dst-type LOCAL', verdict: `-j ${prefix}-PORTS` };
  return {
    name: 'nat',
    chains: {
      PREROUTING: [
        // Interfaces that let packets for the host's loopback in must not let others reach what is published there.
        ...(family === 4 ? [{ destination: loopback, match: '! -i lo', verdict: '-j RETURN' }] : []),
        toPorts,
      ],
      OUTPUT: [
        // Linux takes no packet for it from another interface: what is led away from there would never be answered.
        ...(family === 6 ? [{ destination: '::1', verdict: '-j RETURN' }] : []),
        toPorts,
      ],
      PORTS: [
        ...of('host_ports').map(([destination, protocol, port, ...target]) => ({
          destination,
          protocol,
          port,
          verdict: translation(target),
        })),
        ...of('all_ports').map(([protocol, port, ...target]) => ({ protocol, port, verdict: translation(target) })),
      ],
      POSTROUTING: [
        { output: 'lo', verdict: '-j RETURN' },
        ...of('interfaces').map(([output]) => ({ output, verdict: `-g ${prefix}-ARRIVED` })),
        ...of('sources').map(([source, address]) => ({ source, verdict: `-j SNAT --to-source ${address}` })),
        ...of('masqueraded').map(([source]) => ({ source, verdict: masquerade })),
      ],
      ARRIVED: [
        // The answer would go straight to the client, which expects it from the host.
        ...of('homes')
          .filter(([bridge]) => bridges.has(bridge))
          .map(([output, source]): Rule => ({ source, output, match: isTranslated, verdict: masquerade })),
        ...of('hairpins').map(
          ([source, destination]): Rule => ({ source, destination, match: isTranslated, verdict: masquerade }),
        ),
        ...(family === 4 ? [{ source: loopback, verdict: masquerade }] : []),
      ],
    },
    jumps: { PREROUTING: 'PREROUTING', OUTPUT: 'OUTPUT', POSTROUTING: 'POSTROUTING' },
  };
}

function translation([address = '', port]: readonly string[]): string {
  return `-j DNAT --to-destination ${address.includes(':') ? `[${address}]` : address}:${port}`;
}
