import { type NetplumbError, newError } from '../../errors/index.js';
import {
  AF_INET,
  type Link,
  linkOptions,
  listNeighbours,
  type Neighbour,
  portOptions,
  type Request,
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
import { isMarkOf, parseMark } from '../ownership.js';
import { usualPorts } from '../segments.js';
import { addressesOf, bridgeMac, findBridge, setUpBridge } from './bridge-link.js';
import { configureApart, configureInside, reportToHost, sandboxSysctls } from './inside.js';
import { findLink } from './links.js';
import { absence, knownGateways, presence } from './presence.js';
import { readyNetwork } from './ready-network.js';
import { type PortOptions, type Site, Sites } from './sites.js';
import { hostEndOf, vethSteps } from './veth.js';

/** A bridge that takes its address from its ports is left with none by the last one. */
const noAddress = '00:00:00:00:00:00';

/** Endpoints are veth pairs whose host ends are ports of the network's bridge, or of one of its segments. */
export const bridgeDriver: Driver = {
  name: 'bridge',
  options: [
    'com.docker.network.bridge.name',
    'com.docker.network.bridge.enable_icc',
    'com.docker.network.bridge.enable_ip_masquerade',
    'com.docker.network.bridge.host_binding_ipv4',
    'com.docker.network.bridge.default_bridge',
    'com.docker.network.bridge.gateway_mode_ipv4',
    'com.docker.network.bridge.gateway_mode_ipv6',
    'com.docker.network.host_ipv4',
    'com.docker.network.host_ipv6',
    'netplumb.spoof_guard',
    'netplumb.dns',
    'netplumb.ports_per_bridge',
    'com.docker.network.driver.mtu',
    'com.docker.network.container_iface_prefix',
  ],
  found,
  ready,
};

/** A bridge that exists is used as it is found, unless it is one of ours whose record was lost. */
async function found({ id, options }: Draft, { connection, directory }: DriverContext): Promise<Foundation> {
  const name = options.bridgeName ?? `br-${id.slice(0, 12)}`;
  const link = await findBridge(connection, name);
  if (!link) {
    return { interface: name, ours: true };
  }
  const mark = parseMark(link.alias);
  if (mark && !isMarkOf(mark, directory)) {
    throw newError('EBRIDGEOWNER', { bridge: name, directory: mark.directory });
  }
  const addresses = await addressesOf(connection, link);
  if (addresses.length === 0 && !mark) {
    throw newError('EBRIDGENOADDR', { bridge: name });
  }
  return { interface: name, ours: mark !== undefined, ...(addresses.length > 0 && { addresses }) };
}

async function ready(record: NetworkRecord, settings: Settings, context: DriverContext): Promise<Network> {
  const network = readyNetwork(record, settings, true);
  const bridge = record.interface ?? '';
  const isApart = network.options.enableIcc === false;
  const wish = {
    mtu: settings.mtu ?? network.options.mtu,
    isApart,
    isOpenToLoopback: settings.firewall && !record.internal,
  };
  const link = record.ours ? await setUpBridge(context, record, wish) : await findBridge(context.connection, bridge);
  if (!link) {
    throw newError('ENOBRIDGE', { bridge });
  }
  const { index: bridgeIndex, address = noAddress } = link;
  const hostAddress = address === noAddress ? bridgeMac(record) : address;
  const takesReports = linkOptions(link, 'bridge')?.multicastSnooping !== 1;
  const port = portOptionsFor({
    isApart,
    isReachedByPorts: settings.firewall && !record.internal,
    isOurs: record.ours,
  });
  const mtu = wish.mtu ?? link.mtu;
  const { guardSegment } = settings;
  const sites = new Sites(context, record, {
    index: bridgeIndex,
    hostAddress,
    mtu,
    isApart,
    takesReports,
    port,
    guardSegment,
  });
  return {
    ...network,
    mtu,
    ...(record.ours && { portsPerBridge: network.options.portsPerBridge ?? usualPorts }),
    openSegment: (name) => sites.open(name),
    plan: (endpoint, planContext) => planEndpoint(endpoint, sites.of(endpoint), planContext),
    explain: (step, cause, endpoint) => explain(step, cause, sites.of(endpoint), context),
    replace: (ends) => replace(ends, sites, context),
  };
}

/**
 * What ports of a bridge do that others do not. A sandbox that calls itself by a port of the host is answered on the bridge where
 * br_netfilter is switched on: it translates frames there, and they go out by the port that they came in by.
 */
function portOptionsFor(wish: {
  readonly isApart: boolean;
  readonly isReachedByPorts: boolean;
  readonly isOurs: boolean;
}): PortOptions | undefined {
  if (wish.isApart) {
    return { isolated: 1 };
  }
  const options: PortOptions = {
    ...(wish.isReachedByPorts && { hairpin: 1 }),
    ...(wish.isOurs && { proxyArpWifi: 1 }),
  };
  return Object.keys(options).length > 0 ? options : undefined;
}

/** A port is told of its options while it is still down: the kernel knows them only once it is a port. */
function join(endpoint: EndpointRecord, site: Site): Request[] {
  const { index } = hostEndOf(endpoint);
  const { index: master, port } = site;
  const joining: Request[] = port
    ? [setLink({ index, master }), setLink({ index, info: { slaveKind: 'bridge', slaveData: port }, up: true })]
    : [setLink({ index, master, up: true })];
  return site.isOurs ? joining.concat(presence(endpoint, site)) : joining;
}

function isInPlace(link: Link, { index, port }: Site): boolean {
  const { isolated, hairpin } = portOptions(link, 'bridge') ?? {};
  const isTold = (!port?.isolated || isolated === 1) && (!port?.hairpin || hairpin === 1);
  return link.master === index && isTold;
}

/** Of ends that are where they belong the network's bridge may have forgotten, with others of its ports, where they are. */
async function replace(ends: readonly HostEnd[], sites: Sites, { connection }: DriverContext): Promise<Request[][]> {
  for (const name of new Set(ends.flatMap(({ endpoint }) => endpoint.segment ?? []))) {
    await sites.open(name);
  }
  const { isOurs, bridgeIndex: index } = sites.own;
  const neighbours = isOurs ? await connection.list<Neighbour>(listNeighbours({ family: AF_INET, index })) : [];
  const known = new Map(neighbours.map(({ dst, lladdr }) => [dst, lladdr]));
  return ends.map(({ endpoint, link }) => {
    const site = sites.of(endpoint);
    if (!isInPlace(link, site)) {
      return join(endpoint, site);
    }
    return isOurs && known.get(endpoint.address) === undefined ? presence(endpoint, site) : [];
  });
}

/**
 * The order is the cheapest that was measured (benchmarks/floor): the host's end joins the bridge when the other end is up, so
 * that there is one change of carrier and of port state. With the bridge's own address on the host's end the bridge keeps no
 * forwarding entry for the port (br_fdb_add_local), and a foreign bridge does not change its address to a lower one of ours.
 */
function planEndpoint(endpoint: EndpointRecord, site: Site, context: PlanContext): EndpointPlan {
  const { hostAddress, isApart, isOurs, routerAddress, subnets, takesReports } = site;
  const inside = (takesReports ? reportToHost(endpoint, context.index, hostAddress) : []).concat(
    isApart ? configureApart(endpoint, subnets, context) : configureInside(endpoint, context),
    isOurs ? knownGateways(endpoint, subnets, routerAddress, context.index) : [],
  );
  return {
    sysctls: sandboxSysctls(endpoint),
    steps: vethSteps(endpoint, hostAddress, context).concat(
      { name: 'address', inside: true, requests: inside, undo: [] },
      {
        name: 'port',
        inside: false,
        requests: join(endpoint, site),
        // With its first port the bridge itself gets a carrier.
        settled: [hostEndOf(endpoint).name, site.name],
        undo: isOurs ? absence(endpoint, site) : [],
      },
    ),
  };
}

/** The host's end could not join the bridge: it is full, gone, or another than the one that was found before. */
async function explain(
  step: string,
  cause: NetplumbError,
  { name: bridge, index }: Site,
  { connection }: DriverContext,
): Promise<NetplumbError | undefined> {
  if (step !== 'port') {
    return undefined;
  }
  if (cause.code === 'EXFULL') {
    return newError('EBRIDGEFULL', { bridge }, { cause, step });
  }
  const link: Link | undefined = await findLink(connection, bridge);
  return link?.index === index ? undefined : newError('ENOBRIDGE', { bridge }, { cause, step });
}
