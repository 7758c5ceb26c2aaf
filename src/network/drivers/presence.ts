import {
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
  deleteNeighbour,
  NeighbourFlag,
  type NeighbourKey,
  NeighbourState,
  newNeighbour,
  type Request,
} from '../../netlink/index.js';
import type { EndpointRecord, SubnetRecord } from '../../store/index.js';
import { speaksIpv6 } from './bridge-link.js';
import { hostEndOf } from './veth.js';

/**
 * What a network's bridges and its endpoints are told of each other beforehand, so that nobody has to ask everybody: the network's
 * own bridge knows which MAC address has an IP address and by which port it is reached. Ports that are told so (`proxyArpWifi`,
 * br_do_proxy_suppress_arp in net/bridge/br_arp_nd_proxy.c) then get no copy of such a question: the bridge answers it itself.
 *
 * `externallyLearned` keeps the kernel from throwing an entry away, and from counting it where it counts neighbours (neigh_alloc,
 * net/core/neighbour.c). `stale` lets it find out, when it uses one, that an endpoint has changed its MAC address meanwhile.
 */
const known = { state: NeighbourState.stale, flags: NeighbourFlag.externallyLearned };

/**
 * A MAC address stays where it is told to be, whatever comes from elsewhere in its name: frames come out of a segment by another port
 * than they go in by, and the answers that the network's own bridge gives are in others' names.
 */
const fixed = { state: NeighbourState.noArp, flags: NeighbourFlag.master | NeighbourFlag.sticky };

/** Where an endpoint is found. */
export interface Whereabouts {
  /** The network's own bridge. */
  readonly bridgeIndex: number;
  /** The port of it that leads to the endpoint's segment, unless that is the bridge itself. */
  readonly trunk: number | undefined;
  /** Of the network: whether the host has IPv6 on its bridge is seen from them. */
  readonly subnets: readonly SubnetRecord[];
}

/** Tells where an endpoint is, once its host end is a port. Replaces what was known of its addresses. */
export function presence(endpoint: EndpointRecord, whereabouts: Whereabouts): Request[] {
  const { macAddress: lladdr } = endpoint;
  const { trunk } = whereabouts;
  const { index } = hostEndOf(endpoint);
  const requests = addressesOf(endpoint, whereabouts).map((one) =>
    newNeighbour({ lladdr, ...one, ...known }, 'replace'),
  );
  for (const port of trunk === undefined ? [index] : [index, trunk]) {
    requests.push(newNeighbour({ family: AF_BRIDGE, lladdr, ...fixed, index: port }, 'replace'));
  }
  return requests;
}

/** Takes back what does not go with the endpoint's host end. */
export function absence(endpoint: EndpointRecord, whereabouts: Whereabouts): Request[] {
  const { macAddress: lladdr } = endpoint;
  const { trunk } = whereabouts;
  return [
    ...addressesOf(endpoint, whereabouts).map(deleteNeighbour),
    ...(trunk === undefined
      ? []
      : [deleteNeighbour({ family: AF_BRIDGE, lladdr, index: trunk, flags: NeighbourFlag.master })]),
  ];
}

/** Tells an endpoint, in its sandbox, the MAC address of those of its routers that are the network's own bridge. */
export function knownGateways(
  { gateway, gateway6 }: EndpointRecord,
  subnets: readonly SubnetRecord[],
  lladdr: string,
  index: number,
): Request[] {
  return [gateway, gateway6].flatMap((dst) =>
    dst !== undefined && subnets.some((one) => one.gateway === dst)
      ? [newNeighbour({ family: familyOf(dst), index, dst, lladdr, ...known }, 'replace')]
      : [],
  );
}

function addressesOf(
  { address, address6 }: EndpointRecord,
  { bridgeIndex: index, subnets }: Whereabouts,
): NeighbourKey[] {
  const own = [{ family: AF_INET, index, dst: address }];
  return address6 !== undefined && speaksIpv6(subnets) ? [...own, { family: AF_INET6, index, dst: address6 }] : own;
}

function familyOf(address: string): number {
  return address.includes(':') ? AF_INET6 : AF_INET;
}
