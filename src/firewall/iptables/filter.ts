import type { Rule } from './rule.js';
import type { Sets } from './sets.js';
import type { Table } from './table.js';

const accept = '-j ACCEPT';
const drop = '-j DROP';
const pass = '-j RETURN';
const isKnown = '-m conntrack --ctstate RELATED,ESTABLISHED';
const isTranslated = '-m conntrack --ctstate DNAT';
const isPing = { 4: '-p icmp -m icmp --icmp-type 8', 6: '-p ipv6-icmp -m icmp6 --icmpv6-type 128' } as const;

/** Who may speak to whom across the host. */
export function filterTable(sets: Sets, prefix: string): Table {
  const { of } = sets;
  const fromClosed = of('closed').map(([input]) => ({ input, verdict: drop }));
  const toClosed = of('closed').map(([output]) => ({ output, verdict: drop }));
  return {
    name: 'filter',
    chains: {
      FORWARD: [
        ...of('switches').flatMap(([name]) => [
          { input: name, output: name, verdict: accept },
          { input: name, verdict: drop },
        ]),
        ...of('interfaces').map(([input]) => ({ input, verdict: `-g ${prefix}-LEAVING` })),
        ...of('interfaces').map(([output]) => ({ output, verdict: `-g ${prefix}-ENTERING` })),
        ...of('sealed').flatMap(() => sealed),
      ],
      LEAVING: [
        ...of('interfaces').map(([output]) => ({ output, verdict: `-g ${prefix}-BETWEEN` })),
        ...fromClosed,
        { verdict: accept },
      ],
      BETWEEN: [...between(sets), ...fromClosed, ...toClosed, { verdict: `-g ${prefix}-ADMITTED` }],
      ENTERING: [
        ...toClosed,
        { match: isKnown, verdict: accept },
        // The host's addresses in networks are for their sandboxes; others find published ports at its other addresses.
        ...of('subnets').map(([subnet]) => ({ match: `${isTranslated} --ctorigdst ${subnet}`, verdict: drop })),
        { verdict: `-g ${prefix}-ADMITTED` },
      ],
      ADMITTED: [...admitted(sets), { verdict: drop }],
      INPUT: [
        ...of('switches').map(([input]) => ({ input, verdict: drop })),
        ...of('closed').map(([input]) => ({ input, verdict: `-j ${prefix}-INSIDE` })),
      ],
      INSIDE: [...inside(sets), { verdict: drop }],
    },
    jumps: { FORWARD: 'FORWARD', INPUT: 'INPUT' },
  };
}

/** The host forwards for our networks only; what bridges of others pass on is seen here too, and is not forwarding. */
const sealed: readonly Rule[] = [{ match: '-m physdev --physdev-is-bridged', verdict: pass }, { verdict: drop }];

/** From one sandbox to another, of the same network or not. */
function between({ of }: Sets): Rule[] {
  return [
    { match: isKnown, verdict: accept },
    ...of('bridges').map(([input, output]) => ({ input, output, verdict: accept })),
    // Of frames that a bridge passes on: the host routes neither.
    { match: '-m pkttype --pkt-type broadcast', verdict: accept },
    { match: '-m pkttype --pkt-type multicast', verdict: accept },
    ...of('neighbours').map(([source, destination]) => ({ source, destination, verdict: accept })),
    ...of('links').map(([source, destination, protocol, port]) => ({
      source,
      destination,
      protocol,
      port,
      verdict: accept,
    })),
    ...of('hairpins').map(([source, destination]) => ({ source, destination, match: isTranslated, verdict: accept })),
    ...of('apart').map(([source, destination]) => ({ source, destination, verdict: drop })),
  ];
}

/** What anyone reaches who does not belong to the network. */
function admitted({ family, of }: Sets): Rule[] {
  return [
    ...of('published').map(([destination, protocol, port]) => ({
      destination,
      protocol,
      port,
      match: isTranslated,
      verdict: accept,
    })),
    ...of('direct').map(([destination, protocol, port]) => ({ destination, protocol, port, verdict: accept })),
    ...of('routed').map(([destination]) => ({ destination, match: isPing[family], verdict: accept })),
  ];
}

/**
 * What sandboxes of a closed network may say to the host: to its addresses in their network. In IPv6 several types of address at
 * once would mean all of them (match_type6 in xt_addrtype.c), hence a rule for each.
 */
function inside({ family, of }: Sets): Rule[] {
  const types =
    family === 4 ? ['LOCAL --limit-iface-in', 'BROADCAST', 'MULTICAST'] : ['LOCAL --limit-iface-in', 'MULTICAST'];
  return [
    ...types.map((type) => ({ match: `-m addrtype --dst-type ${type}`, verdict: pass })),
    // Without a bridge the host's addresses are on an interface of their own.
    ...[...of('neighbours'), ...of('apart')].map(([source, destination]) => ({ source, destination, verdict: pass })),
  ];
}
