import type {
  FirewallModel,
  GuardedEndpoint,
  GuardedLink,
  GuardedNetwork,
  Passage,
} from '../../../src/firewall/model.js';

/** Out with the host's address, in by published ports: what a bridge does unless told otherwise. */
export const nat: Passage = { mode: 'nat', masquerade: true };
export const routed: Passage = { mode: 'routed', masquerade: false };
export const isolated: Passage = { mode: 'isolated', masquerade: false };

/** Network number `n` (1 to 99): 10.N.0.0/24 on bridge br-N, unless told otherwise. */
export function guardedNetwork(n: number, given: Partial<GuardedNetwork> = {}): GuardedNetwork {
  return {
    id: n.toString(16).padStart(64, '0'),
    name: `net-${n}`,
    interface: `br-${n}`,
    subnets: [{ family: 4, subnet: `10.${n}.0.0/24` }],
    internal: false,
    icc: true,
    ipv4: nat,
    ipv6: nat,
    spoofGuard: false,
    isRouted: false,
    ...given,
  };
}

/** The same with IPv6 as well: fd00:N::/64. */
export function dualNetwork(n: number, given: Partial<GuardedNetwork> = {}): GuardedNetwork {
  return guardedNetwork(n, {
    subnets: [
      { family: 4, subnet: `10.${n}.0.0/24` },
      { family: 6, subnet: `fd00:${n}::/64` },
    ],
    ...given,
  });
}

/** Endpoint number `host` (2 to 254) of a network above: 10.N.0.HOST, and fd00:N::HOST in hexadecimal where it has IPv6. */
export function guardedEndpoint(
  network: GuardedNetwork,
  host: number,
  given: Partial<GuardedEndpoint> = {},
): GuardedEndpoint {
  const n = Number.parseInt(network.id, 16);
  const hex = host.toString(16);
  return {
    id: `${network.id.slice(2)}${hex.padStart(2, '0')}`,
    network,
    hostInterface: `veth-${n}-${host}`,
    macAddress: `02:42:0a:${n.toString(16).padStart(2, '0')}:00:${hex.padStart(2, '0')}`,
    address: `10.${n}.0.${host}`,
    ...(network.subnets.some(({ family }) => family === 6) && { address6: `fd00:${n}::${hex}` }),
    ports: [],
    ...given,
  };
}

/** What is in force for these networks and endpoints; a network's endpoints bring it with them. */
export function modelWith(given: Partial<FirewallModel>): FirewallModel {
  const { networks = [], segments = [], endpoints = [], links = [], sealed = { ipv4: false, ipv6: false } } = given;
  const all = new Map(
    [...networks, ...endpoints.map(({ network }) => network)].map((network) => [network.id, network]),
  );
  return { networks: [...all.values()], segments, endpoints, links, sealed };
}

/** One network with two endpoints, the first of which has what is given. */
function pair(network: GuardedNetwork, given: Partial<GuardedEndpoint> = {}): FirewallModel {
  return modelWith({ endpoints: [guardedEndpoint(network, 2, given), guardedEndpoint(network, 3)] });
}

/** The second endpoint may speak to the first. */
function linked(
  network: GuardedNetwork,
  ports: GuardedLink['ports'],
  server: Partial<GuardedEndpoint> = {},
): FirewallModel {
  const model = pair(network, server);
  const [first, second] = model.endpoints as [GuardedEndpoint, GuardedEndpoint];
  return { ...model, links: [{ client: second, server: first, ports }] };
}

const web = { protocol: 'tcp', port: 80 } as const;
const names = { protocol: 'udp', port: 53 } as const;
const onAll = { ...web, hostPort: 8080 };
const byName = { ...names, hostPort: 5353 };

const internal = dualNetwork(2, { internal: true });
const quiet = dualNetwork(3, { icc: false });
const open = dualNetwork(4, { ipv4: routed, ipv6: routed });
const fixed: Passage = { ...nat, source: '192.0.2.9' };
const fixed6: Passage = { ...nat, source: '2001:db8::9' };
const pointToPoint = dualNetwork(6, { interface: 'ptp-6', isRouted: true, icc: true });

/**
 * What goldens are made of, and what the programs and the kernel are asked to take: every option by itself, then what
 * bears on each other. A port is in force for the families that its host address and the network have: on the host in mode
 * `nat` if it has a host port, at the endpoint itself in mode `routed` whether it has one or not.
 */
export const models = {
  nothing: modelWith({}),
  'network without endpoints': modelWith({ networks: [guardedNetwork(1)] }),
  plain: pair(guardedNetwork(1)),
  'both families': pair(dualNetwork(1)),
  'two networks': modelWith({
    endpoints: [guardedEndpoint(dualNetwork(1), 2), guardedEndpoint(guardedNetwork(5), 2)],
  }),
  'several bridges': modelWith({
    networks: [dualNetwork(1)],
    segments: [guardedNetwork(1, { interface: 'br-further' })],
  }),
  'several subnets': pair(
    guardedNetwork(1, {
      subnets: [
        { family: 4, subnet: '10.1.0.0/24' },
        { family: 4, subnet: '10.1.8.0/22' },
        { family: 6, subnet: 'fd00:1::/64' },
        { family: 6, subnet: 'fd00:1:1::/80' },
      ],
    }),
  ),
  internal: pair(internal),
  'without icc': pair(quiet),
  'without icc, linked': linked(quiet, [web, names]),
  'without icc, linked and published': linked(quiet, [web], { ports: [onAll, byName] }),
  'linked though icc is on': linked(dualNetwork(1), [web]),
  'without masquerade': pair(
    dualNetwork(1, { ipv4: { ...nat, masquerade: false }, ipv6: { ...nat, masquerade: false } }),
  ),
  'fixed source': pair(dualNetwork(1, { ipv4: fixed, ipv6: fixed6 })),
  routed: pair(open),
  'routed, published': pair(open, { ports: [web, names, { protocol: 'sctp', port: 9 }] }),
  'routed in IPv6 only': pair(dualNetwork(1, { ipv6: routed }), { ports: [onAll] }),
  isolated: pair(dualNetwork(1, { internal: true, ipv4: isolated, ipv6: isolated })),
  published: pair(dualNetwork(1), { ports: [onAll, byName, { protocol: 'sctp', port: 9, hostPort: 9 }] }),
  'published on all of one family': pair(dualNetwork(1), {
    ports: [
      { ...web, hostAddress: '0.0.0.0', hostPort: 8080 },
      { ...web, hostAddress: '::', hostPort: 8081 },
    ],
  }),
  'published on one address': pair(dualNetwork(1), {
    ports: [
      { ...web, hostAddress: '192.0.2.1', hostPort: 8080 },
      { ...web, hostAddress: '2001:db8::1', hostPort: 8080 },
    ],
  }),
  'published on loopback': pair(dualNetwork(1), {
    ports: [
      { ...web, hostAddress: '127.0.0.1', hostPort: 8080 },
      { ...web, hostAddress: '::1', hostPort: 8080 },
    ],
  }),
  'published without icc': pair(quiet, { ports: [onAll, byName] }),
  'published without masquerade': pair(dualNetwork(1, { ipv4: { ...nat, masquerade: false } }), { ports: [onAll] }),
  'point to point': pair(pointToPoint, { ports: [onAll] }),
  'point to point without icc': linked({ ...pointToPoint, icc: false }, [web]),
  'spoof guard': pair(dualNetwork(1, { spoofGuard: true })),
  'IPv4 sealed': { ...pair(guardedNetwork(1)), sealed: { ipv4: true, ipv6: false } },
  'both sealed': { ...pair(dualNetwork(1)), sealed: { ipv4: true, ipv6: true } },
  everything: modelWith({
    endpoints: [
      guardedEndpoint(dualNetwork(1), 2, { ports: [onAll, byName] }),
      guardedEndpoint(internal, 2),
      guardedEndpoint(quiet, 2, { ports: [{ ...web, hostAddress: '127.0.0.1', hostPort: 8082 }] }),
      guardedEndpoint(quiet, 3),
      guardedEndpoint(open, 2, { ports: [web] }),
      guardedEndpoint(guardedNetwork(5, { ipv4: fixed, spoofGuard: true }), 2),
      guardedEndpoint(pointToPoint, 2),
    ],
    links: [{ client: guardedEndpoint(quiet, 3), server: guardedEndpoint(quiet, 2), ports: [web] }],
    sealed: { ipv4: true, ipv6: true },
  }),
} satisfies Readonly<Record<string, FirewallModel>>;

/** Many endpoints of one network, each with a published port: what must not take longer at the end than at the beginning. */
export function crowd(count: number): FirewallModel {
  const network = guardedNetwork(1, { subnets: [{ family: 4, subnet: '10.1.0.0/16' }] });
  const endpoints = Array.from({ length: count }, (_, index) => {
    const n = index + 2;
    const address = `10.1.${n >> 8}.${n & 255}`;
    const macAddress = `02:42:0a:01:${[n >> 8, n & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
    const ports = [{ ...web, hostPort: 10_000 + index }];
    return guardedEndpoint(network, 2, {
      id: n.toString(16).padStart(64, '0'),
      hostInterface: `veth${n}`,
      address,
      macAddress,
      ports,
    });
  });
  return modelWith({ endpoints });
}
