import { type AnySubnet, anyContains, macFromIpv4, newId, parseAnySubnet, parseIpv4 } from '../../address/index.js';
import { type Address, AF_INET, AF_INET6, RouteProtocol, RouteScope } from '../../netlink/index.js';
import type { EndpointRecord, NetworkRecord } from '../../store/index.js';
import type { FoundInterface } from './look.js';

/** Networks on record, to be asked which one an address is of. */
export interface KnownNetworks {
  readonly byId: ReadonlyMap<string, NetworkRecord>;
  readonly subnets: readonly KnownSubnet[];
}

interface KnownSubnet {
  readonly record: NetworkRecord;
  readonly range: AnySubnet;
  readonly gateway: string | undefined;
}

export function knowNetworks(records: readonly NetworkRecord[]): KnownNetworks {
  return {
    byId: new Map(records.map((record) => [record.id, record])),
    subnets: records.flatMap((record) =>
      record.subnets.map(({ subnet, gateway }) => ({ record, range: parseAnySubnet(subnet), gateway })),
    ),
  };
}

/** The one subnet that has the address: no two networks on record overlap. */
export function subnetWith({ subnets }: KnownNetworks, address: string): KnownSubnet | undefined {
  return subnets.find(({ range }) => anyContains(range, address));
}

/** An interface's own address, of either family. */
export function ownAddress({ local, address }: Address): string {
  return local ?? address ?? '';
}

/**
 * The record of an endpoint as its interface shows it; nothing if it has no address. Its network is the one that has the
 * address; `lost` if there is none on record.
 */
export function endpointOf(found: FoundInterface, networks: KnownNetworks, lost: string): EndpointRecord | undefined {
  const { link, hostEnd, segment } = found;
  const { name, address: macAddress = '', mtu } = link;
  const ipv4 = chooseIpv4(found, networks);
  if (!ipv4) {
    return undefined;
  }
  const address = ownAddress(ipv4);
  const subnet = subnetWith(networks, address);
  const gateway = gatewayOf(found, ipv4, subnet);
  return {
    id: idOf(found),
    network: subnet?.record.id ?? lost,
    interface: name,
    ...(hostEnd && { hostInterface: hostEnd.name, hostIndex: hostEnd.index }),
    ...(segment && segment.network === subnet?.record.id && { segment: segment.name }),
    address,
    prefixLength: ipv4.prefixLength,
    ...(gateway !== undefined && { gateway }),
    ...ipv6Of(found, networks, subnet?.record),
    macAddress,
    mtu,
    gatewayPriority: 0,
  };
}

/** Whether an address family's default route leads through an interface. */
export function isWayOut({ routes }: FoundInterface, family: number): boolean {
  return routes.some((route) => route.family === family && isDefaultRoute(route));
}

/** The one that we have given it, should others have been added: of a network on record, and that its MAC address tells. */
function chooseIpv4({ link, addresses }: FoundInterface, networks: KnownNetworks): Address | undefined {
  const own = addresses.filter(({ family }) => family === AF_INET);
  const rank = (one: Address) => {
    const address = ownAddress(one);
    const isKnown = subnetWith(networks, address) !== undefined;
    return 2 * Number(isKnown) + Number(link.address === macFromIpv4(parseIpv4(address)));
  };
  return own.reduce<Address | undefined>((best, one) => (best && rank(best) >= rank(one) ? best : one), undefined);
}

function ipv6Of(found: FoundInterface, networks: KnownNetworks, network: NetworkRecord | undefined) {
  const own = found.addresses.find(
    (one) => one.family === AF_INET6 && network && subnetWith(networks, ownAddress(one))?.record === network,
  );
  if (!own) {
    return {};
  }
  const address6 = ownAddress(own);
  const gateway6 = gatewayOf(found, own, subnetWith(networks, address6));
  return { address6, prefixLength6: own.prefixLength, ...(gateway6 !== undefined && { gateway6 }) };
}

/** The router that the default route names; else, of a routed endpoint, the only one it can reach; else the subnet's. */
function gatewayOf(
  { routes }: FoundInterface,
  { family, prefixLength }: Address,
  subnet: KnownSubnet | undefined,
): string | undefined {
  const ways = routes.filter((route) => route.family === family);
  const leading = ways.find(isDefaultRoute)?.gateway;
  if (leading !== undefined || subnet?.record.internal) {
    return leading;
  }
  const full = family === AF_INET ? 32 : 128;
  if (prefixLength === full) {
    return ways.find(
      ({ dst, dstLength, gateway, protocol, scope }) =>
        dst !== undefined &&
        dstLength === full &&
        gateway === undefined &&
        protocol !== RouteProtocol.kernel &&
        (family === AF_INET6 || scope === RouteScope.link),
    )?.dst;
  }
  return subnet?.gateway;
}

function isDefaultRoute({ dst, dstLength = 0, gateway }: FoundInterface['routes'][number]): boolean {
  return (dst === undefined || dstLength === 0) && gateway !== undefined;
}

/** The host's end is named after the endpoint's id: what that tells of it stays. */
function idOf({ hostEnd }: FoundInterface): string {
  const known = /^veth([0-9a-f]{11})$/.exec(hostEnd?.name ?? '')?.[1] ?? '';
  return `${known}${newId().slice(known.length)}`;
}
