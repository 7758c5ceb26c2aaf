import { type AnySubnet, type Family, formatAnySubnet, parseAnySubnet } from '../../address/index.js';
import { newError } from '../../errors/index.js';
import {
  AF_INET,
  AF_INET6,
  type Link,
  listRoutes,
  NeighbourState,
  newAddress,
  newLink,
  newNeighbour,
  newRoute,
  type Request,
  type Route,
  RouteScope,
  setLink,
} from '../../netlink/index.js';
import type { EndpointRecord, NetworkRecord } from '../../store/index.js';
import type {
  Draft,
  Driver,
  DriverContext,
  EndpointPlan,
  Foundation,
  HostEnd,
  Network,
  PlanContext,
  Settings,
} from '../driver.js';
import { interfaceAddress } from '../interface-address.js';
import { formatMark } from '../ownership.js';
import { bridgeMac } from './bridge-link.js';
import { defaultRoutes, sandboxSysctls } from './inside.js';
import { findLink, unlessThere } from './links.js';
import { readyNetwork } from './ready-network.js';
import { hostEndOf, settle, vethSteps } from './veth.js';

/** Every endpoint's router: an address that means something on its own pair of links only. */
const gateway = '169.254.1.1';
const gateway6 = 'fe80::1';

/** In bytes, when none is asked for. */
const usualMtu = 1500;

/**
 * Endpoints are veth pairs without a bridge: each has a /32 of its own, and the host routes to it. There may be as many as the
 * host has memory for.
 */
export const ptpDriver: Driver = {
  name: 'ptp',
  options: [
    'com.docker.network.bridge.enable_icc',
    'com.docker.network.bridge.enable_ip_masquerade',
    'com.docker.network.bridge.host_binding_ipv4',
    'com.docker.network.bridge.gateway_mode_ipv4',
    'com.docker.network.bridge.gateway_mode_ipv6',
    'com.docker.network.host_ipv4',
    'com.docker.network.host_ipv6',
    'netplumb.spoof_guard',
    'netplumb.dns',
    'com.docker.network.driver.mtu',
    'com.docker.network.container_iface_prefix',
  ],
  found,
  ready,
};

/**
 * A link of ours has the network's own addresses: what the host says to its endpoints comes from there. It is a bridge without
 * ports: unlike dummies, every kernel that can serve containers has those.
 */
async function found({ id }: Draft): Promise<Foundation> {
  return { interface: `ptp-${id.slice(0, 11)}`, ours: true };
}

async function ready(record: NetworkRecord, settings: Settings, context: DriverContext): Promise<Network> {
  const network = readyNetwork(record, settings, true);
  await setUpHome(record, context);
  const isOpenToLoopback = settings.firewall && !record.internal;
  const hostAddress = bridgeMac(record);
  return {
    ...network,
    isRouted: true,
    // Told to nobody but the sandbox at the other end.
    defaultGateway: record.internal ? undefined : gateway,
    defaultGateway6: record.internal ? undefined : gateway6,
    mtu: network.options.mtu ?? settings.mtu ?? usualMtu,
    plan: (endpoint, planContext) => planEndpoint(endpoint, { record, hostAddress, isOpenToLoopback }, planContext),
    replace: (ends) => replace(ends, record, context),
  };
}

async function setUpHome(record: NetworkRecord, { connection, directory }: DriverContext): Promise<void> {
  const { id, name, interface: home = '', subnets } = record;
  await unlessThere(connection.request(newLink({ name: home, info: { kind: 'bridge' } }), { object: home }));
  const link: Link | undefined = await findLink(connection, home);
  if (!link) {
    throw newError('ENOPARENT', { interface: home });
  }
  const { index } = link;
  await connection.sysctl([
    { path: `ipv6/conf/${home}/accept_ra`, value: '0', optional: true },
    { path: `ipv6/conf/${home}/addr_gen_mode`, value: '1', optional: true },
  ]);
  await connection.request(setLink({ index, alias: formatMark({ kind: 'network', id, name }, directory), up: true }));
  const own = [gateway, ...subnets.flatMap((subnet) => subnet.gateway ?? [])];
  for (const address of own) {
    const prefixLength = address.includes(':') ? 128 : 32;
    await unlessThere(connection.request(newAddress(interfaceAddress(index, address, prefixLength)), { object: home }));
  }
}

/** What endpoints are made on. */
interface Site {
  readonly record: NetworkRecord;
  /** The MAC address of host ends. */
  readonly hostAddress: string;
  /** What comes from the host's loopback addresses passes the endpoint's link, and from there comes nothing: rules see to that. */
  readonly isOpenToLoopback: boolean;
}

/**
 * The host's end forwards by itself, whatever the host's other interfaces do, and knows where the endpoint is. Of IPv6 the gateway
 * is nobody's address: the sandbox is told its MAC instead of asking for it.
 */
function planEndpoint(
  endpoint: EndpointRecord,
  { record, hostAddress, isOpenToLoopback }: Site,
  context: PlanContext,
): EndpointPlan {
  const { name, index } = hostEndOf(endpoint);
  return {
    sysctls: sandboxSysctls(endpoint),
    steps: [
      ...vethSteps(endpoint, hostAddress, context),
      { name: 'address', inside: true, requests: configure(endpoint, record, hostAddress, context), undo: [] },
      {
        name: 'port',
        inside: false,
        hostSysctls: hostSysctls(name, endpoint, isOpenToLoopback),
        requests: [setLink({ index, up: true })],
        undo: [],
      },
      { name: 'route', inside: false, requests: hostRoutes(endpoint, record, index), settled: [name], undo: [] },
    ],
  };
}

function hostSysctls(name: string, { address6 }: EndpointRecord, isOpenToLoopback: boolean) {
  return [
    { path: `ipv4/conf/${name}/forwarding`, value: '1' },
    // That of the network's own link would not do: packets pass none but the endpoint's.
    ...(isOpenToLoopback ? [{ path: `ipv4/conf/${name}/route_localnet`, value: '1' }] : []),
    ...(address6 === undefined
      ? []
      : [
          { path: `ipv6/conf/${name}/accept_ra`, value: '0', optional: true },
          { path: `ipv6/conf/${name}/addr_gen_mode`, value: '1', optional: true },
          { path: `ipv6/conf/${name}/disable_ipv6`, value: '0' },
          // Linux 6.17. Before it an interface only forwards where all do.
          { path: `ipv6/conf/${name}/force_forwarding`, value: '1', optional: true },
        ]),
  ];
}

/** In the sandbox: its addresses, the way to the gateway, and through it to the network's subnets and to everything else. */
function configure(
  endpoint: EndpointRecord,
  { subnets }: NetworkRecord,
  lladdr: string,
  { index, isDefault }: PlanContext,
): Request[] {
  const { address, address6 } = endpoint;
  const reached = subnets.map(({ subnet }) => parseAnySubnet(subnet));
  return [
    newAddress(interfaceAddress(index, address, 32)),
    ...(address6 === undefined ? [] : [newAddress(interfaceAddress(index, address6, 128))]),
    setLink({ index, up: true }),
    newRoute({ family: AF_INET, dst: gateway, dstLength: 32, oif: index, scope: RouteScope.link }),
    ...waysTo(reached, 4, gateway, index),
    ...(address6 === undefined
      ? []
      : [
          newNeighbour({ family: AF_INET6, index, dst: gateway6, lladdr, state: NeighbourState.permanent }),
          newRoute({ family: AF_INET6, dst: gateway6, dstLength: 128, oif: index }),
          ...waysTo(reached, 6, gateway6, index),
        ]),
    ...(isDefault ? defaultRoutes(endpoint, index) : []),
  ];
}

function waysTo(subnets: readonly AnySubnet[], family: Family, router: string, oif: number): Request[] {
  return subnets
    .filter((subnet) => subnet.family === family)
    .map((subnet) => {
      const [dst = ''] = formatAnySubnet(subnet).split('/');
      const to = { dst, dstLength: subnet.subnet.prefix, gateway: router, oif };
      return newRoute({ family: family === 4 ? AF_INET : AF_INET6, ...to });
    });
}

/** Ways to endpoints that are missing: the kernel takes them away with the addresses that the host speaks from. */
async function replace(
  ends: readonly HostEnd[],
  record: NetworkRecord,
  { connection }: DriverContext,
): Promise<Request[][]> {
  const families = record.ipv6 ? [AF_INET, AF_INET6] : [AF_INET];
  const routes = await Promise.all(families.map((family) => connection.list<Route>(listRoutes({ family }))));
  const known = new Set(routes.flat().map(({ dst, oif }) => `${dst} ${oif}`));
  return ends.map(({ endpoint, link: { index } }) => {
    const { address, address6 = address } = endpoint;
    const isThere = known.has(`${address} ${index}`) && known.has(`${address6} ${index}`);
    return isThere ? [] : [setLink({ index, up: true }), ...hostRoutes(endpoint, record, index), settle(index)];
  });
}

/** On the host: where the endpoint is, and from which address the host speaks to it. */
function hostRoutes(
  { address, address6, macAddress }: EndpointRecord,
  { subnets }: NetworkRecord,
  oif: number,
): Request[] {
  const sourceOf = (isIpv6: boolean) => subnets.find(({ subnet }) => subnet.includes(':') === isIpv6)?.gateway;
  const source = sourceOf(false);
  const source6 = sourceOf(true);
  const known = { index: oif, lladdr: macAddress, state: NeighbourState.permanent };
  return [
    newRoute(
      {
        family: AF_INET,
        dst: address,
        dstLength: 32,
        oif,
        scope: RouteScope.link,
        ...(source && { prefSource: source }),
      },
      'replace',
    ),
    ...(address6 === undefined
      ? []
      : [
          newNeighbour({ family: AF_INET6, dst: address6, ...known }, 'replace'),
          newRoute(
            { family: AF_INET6, dst: address6, dstLength: 128, oif, ...(source6 && { prefSource: source6 }) },
            'replace',
          ),
        ]),
  ];
}
