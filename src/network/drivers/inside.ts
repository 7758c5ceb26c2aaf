import { anyContains, parseAnySubnet } from '../../address/index.js';
import {
  AF_INET,
  AF_INET6,
  type IfExists,
  newAddress,
  newNeighbour,
  newRoute,
  type Request,
  RouteScope,
  type Sysctl,
  setLink,
} from '../../netlink/index.js';
import type { EndpointRecord, SubnetRecord } from '../../store/index.js';
import type { PlanContext } from '../driver.js';
import { interfaceAddress, routelessAddress } from '../interface-address.js';

/**
 * An IPv4 network has IPv6 off on its endpoints: no chatter that a bridge would copy to every port, and no router
 * advertisement of a neighbour is ever taken. As the namespace's default, before the interface exists, it costs one
 * write; on the interface it would cost several trips through the kernel's global lock.
 */
const ipv6Off: readonly Sysctl[] = [{ path: 'ipv6/conf/default/disable_ipv6', value: '1', optional: true }];

/**
 * An IPv6 network's endpoints have the addresses that they are given and no others: router advertisements are refused, and
 * there is no link-local address (addr_gen_mode 1 is IN6_ADDR_GEN_MODE_NONE), whose detection and announcements a bridge
 * would copy to every port. Nobody shows them another way either: not a neighbour that pretends to be the host, nor the host,
 * which tells those that talk through it to do without (ip6_forward in net/ipv6/ip6_output.c; there is no setting against it).
 */
const ipv6Quiet: readonly Sysctl[] = [
  { path: 'ipv6/conf/default/disable_ipv6', value: '0' },
  { path: 'ipv6/conf/default/accept_ra', value: '0' },
  { path: 'ipv6/conf/default/accept_redirects', value: '0' },
  { path: 'ipv6/conf/default/addr_gen_mode', value: '1' },
];

/** All routers that understand MLDv2 (RFC 3810, 5.2.14). */
const allReportedTo = 'ff02::16';

/** What a sandbox's namespace has to be told before an endpoint's interface is made in it. */
export function sandboxSysctls({ address6 }: EndpointRecord): readonly Sysctl[] {
  return address6 === undefined ? ipv6Off : ipv6Quiet;
}

/** In a sandbox: the interface's addresses, the interface up, and the default routes if they lead this way. */
export function configureInside(endpoint: EndpointRecord, { index, isDefault }: PlanContext): Request[] {
  const { address, prefixLength, address6, prefixLength6 = 128 } = endpoint;
  const requests: Request[] = [newAddress(interfaceAddress(index, address, prefixLength))];
  if (address6 !== undefined) {
    requests.push(newAddress(interfaceAddress(index, address6, prefixLength6)));
  }
  requests.push(setLink({ index, up: true }));
  return isDefault ? requests.concat(defaultRoutes(endpoint, index)) : requests;
}

/**
 * An endpoint joins a multicast group for its address, and tells all routers of it twice (MLDv2 reports to ff02::16): on a bridge
 * that looks at no reports each would be copied to every port, which costs more than all else of an endpoint once there are some
 * hundreds. With this entry the reports go to the address `host` alone, the bridge's own. Nothing else is sent to that group, and
 * what programs send to theirs goes where it went. There is no setting for it: the first report follows the interface's coming up
 * by two ticks of the kernel's clock, whatever the interval between them (mld_ifc_event in net/ipv6/mcast.c). So the entry
 * comes first. It goes when somebody sets the interface down; what is reported then is copied to all again.
 */
export function reportToHost({ address6 }: EndpointRecord, index: number, host: string): Request[] {
  return address6 === undefined ? [] : [newNeighbour({ family: AF_INET6, index, dst: allReportedTo, lladdr: host })];
}

/**
 * The same where endpoints cannot reach each other on the network itself: only routers are neighbours, and all else in the
 * endpoint's subnet lies behind the subnet's gateway, so that the host decides about it.
 */
export function configureApart(
  endpoint: EndpointRecord,
  subnets: readonly SubnetRecord[],
  { index, isDefault }: PlanContext,
): Request[] {
  const { address, prefixLength, gateway, address6, prefixLength6 = 128, gateway6 } = endpoint;
  return [
    newAddress(routelessAddress(index, address, prefixLength)),
    ...(address6 === undefined ? [] : [newAddress(routelessAddress(index, address6, prefixLength6))]),
    setLink({ index, up: true }),
    ...waysApart(address, gateway, subnets, index),
    ...(address6 === undefined ? [] : waysApart(address6, gateway6, subnets, index)),
    ...(isDefault ? defaultRoutes(endpoint, index) : []),
  ];
}

/** `router`: where the default route leads, which need not be the subnet's gateway. */
function waysApart(
  address: string,
  router: string | undefined,
  subnets: readonly SubnetRecord[],
  oif: number,
): Request[] {
  const own = subnets.find(({ subnet }) => anyContains(parseAnySubnet(subnet), address));
  if (!own) {
    return [];
  }
  const { subnet, gateway } = own;
  const [dst = '', prefix] = subnet.split('/');
  const family = subnet.includes(':') ? AF_INET6 : AF_INET;
  const near = { family, oif, dstLength: family === AF_INET ? 32 : 128 };
  const scope = family === AF_INET ? { scope: RouteScope.link } : {};
  const routers = new Set([gateway, router].filter((one) => one !== undefined));
  // A router elsewhere is for the kernel to refuse, as it does where endpoints are neighbours.
  const neighbours = [...routers].filter((one) => anyContains(parseAnySubnet(subnet), one));
  return [
    ...neighbours.map((one) => newRoute({ ...near, ...scope, dst: one })),
    ...(gateway === undefined ? [] : [newRoute({ family, oif, dst, dstLength: Number(prefix), gateway })]),
  ];
}

/** Routers that an endpoint's interface leads to. */
export interface Gateways {
  readonly gateway?: string | undefined;
  readonly gateway6?: string | undefined;
}

/**
 * The default routes through an endpoint's interface. Only ours are to be replaced: one of somebody else's would be lost, and so
 * refuses them (EEXIST).
 */
export function defaultRoutes({ gateway, gateway6 }: Gateways, oif: number, ifExists?: IfExists): Request[] {
  const requests: Request[] = [];
  if (gateway !== undefined) {
    requests.push(newRoute({ family: AF_INET, gateway, oif }, ifExists));
  }
  if (gateway6 !== undefined) {
    requests.push(newRoute({ family: AF_INET6, gateway: gateway6, oif }, ifExists));
  }
  return requests;
}
