import { type NetplumbError, newError } from '../../errors/index.js';
import { type Link, linkOptions, portOptions, type Request, setLink } from '../../netlink/index.js';
import type { EndpointRecord, NetworkRecord } from '../../store/index.js';
import type {
  Draft,
  Driver,
  DriverContext,
  EndpointPlan,
  Foundation,
  Network,
  PlanContext,
  Settings,
} from '../driver.js';
import { isMarkOf, parseMark } from '../ownership.js';
import { addressesOf, bridgeMac, findBridge, setUpBridge } from './bridge-link.js';
import { configureApart, configureInside, reportToHost, sandboxSysctls } from './inside.js';
import { findLink } from './links.js';
import { readyNetwork } from './ready-network.js';
import { hostEndOf, settle, vethSteps } from './veth.js';

/** A bridge that takes its address from its ports is left with none by the last one. */
const noAddress = '00:00:00:00:00:00';

/** Endpoints are veth pairs whose host ends are ports of one bridge. */
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
  const isSnooping = linkOptions(link, 'bridge')?.multicastSnooping === 1;
  const reportsTo = isSnooping ? undefined : hostAddress;
  const port = portOptionsFor({ isApart, isReachedByPorts: settings.firewall && !record.internal });
  const site = { bridgeIndex, hostAddress, reportsTo, isApart, port, subnets: record.subnets };
  return {
    ...network,
    mtu: wish.mtu ?? link.mtu,
    plan: (endpoint, planContext) => planEndpoint(endpoint, site, planContext),
    explain: (step, cause) => explain(step, cause, { bridge, bridgeIndex }, context),
    replace: async (ends) =>
      ends.map(({ endpoint, link }) => (isInPlace(link, site) ? [] : join(hostEndOf(endpoint).index, site))),
  };
}

/** What the ends of endpoints become ports of. */
interface Site {
  readonly bridgeIndex: number;
  /** The MAC address of host ends. */
  readonly hostAddress: string;
  /** The bridge's, which alone gets sandboxes' multicast reports, unless it looks at them itself. */
  readonly reportsTo: string | undefined;
  /** Nothing passes from port to port (`icc=false`). */
  readonly isApart: boolean;
  /** What each port is told beside. */
  readonly port: PortOptions | undefined;
  readonly subnets: NetworkRecord['subnets'];
}

/** See BridgePortOptions of netplumb/rtnl. */
type PortOptions = { readonly isolated?: 1; readonly hairpin?: 1 };

/**
 * What ports of a bridge do that others do not. A sandbox that calls itself by a port of the host is answered on the bridge where
 * br_netfilter is switched on: it translates frames there, and they go out by the port that they came in by.
 */
function portOptionsFor(wish: {
  readonly isApart: boolean;
  readonly isReachedByPorts: boolean;
}): PortOptions | undefined {
  if (wish.isApart) {
    return { isolated: 1 };
  }
  return wish.isReachedByPorts ? { hairpin: 1 } : undefined;
}

/** A port is told of its options while it is still down: the kernel knows them only once it is a port. */
function join(index: number, { bridgeIndex: master, port }: Site): Request[] {
  return port
    ? [setLink({ index, master }), setLink({ index, info: { slaveKind: 'bridge', slaveData: port }, up: true })]
    : [setLink({ index, master, up: true })];
}

/** With its first port the bridge itself gets a carrier: until the kernel acts on that, what the host sends is dropped. */
function settleBoth(index: number, { bridgeIndex }: Site): Request[] {
  return [settle(index), settle(bridgeIndex)];
}

function isInPlace(link: Link, { bridgeIndex, port }: Site): boolean {
  const { isolated, hairpin } = portOptions(link, 'bridge') ?? {};
  const isTold = (!port?.isolated || isolated === 1) && (!port?.hairpin || hairpin === 1);
  return link.master === bridgeIndex && isTold;
}

/**
 * The order is the cheapest that was measured (benchmarks/floor): the host's end joins the bridge when the other end is up, so
 * that there is one change of carrier and of port state. With the bridge's own address on the host's end the bridge keeps no
 * forwarding entry for the port (br_fdb_add_local), and a foreign bridge does not change its address to a lower one of ours.
 */
function planEndpoint(endpoint: EndpointRecord, site: Site, context: PlanContext): EndpointPlan {
  const { index } = hostEndOf(endpoint);
  const { hostAddress, reportsTo, isApart, subnets } = site;
  const inside = [
    ...(reportsTo === undefined ? [] : reportToHost(endpoint, context.index, reportsTo)),
    ...(isApart ? configureApart(endpoint, subnets, context) : configureInside(endpoint, context)),
  ];
  return {
    sysctls: sandboxSysctls(endpoint),
    steps: [
      ...vethSteps(endpoint, hostAddress, context),
      { name: 'address', inside: true, requests: inside, undo: [] },
      { name: 'port', inside: false, requests: [...join(index, site), ...settleBoth(index, site)], undo: [] },
    ],
  };
}

/** The host's end could not join the bridge: it is full, gone, or another than the one that was found before. */
async function explain(
  step: string,
  cause: NetplumbError,
  { bridge, bridgeIndex }: { readonly bridge: string; readonly bridgeIndex: number },
  { connection }: DriverContext,
): Promise<NetplumbError | undefined> {
  if (step !== 'port') {
    return undefined;
  }
  if (cause.code === 'EXFULL') {
    return newError('EBRIDGEFULL', { bridge }, { cause, step });
  }
  const link: Link | undefined = await findLink(connection, bridge);
  return link?.index === bridgeIndex ? undefined : newError('ENOBRIDGE', { bridge }, { cause, step });
}
