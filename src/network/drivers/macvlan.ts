import { NetplumbError, newError } from '../../errors/index.js';
import { deleteLink, getLink, type Link, MacvlanMode, newLink, setLink } from '../../netlink/index.js';
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
import { formatMark } from '../ownership.js';
import { configureInside, sandboxSysctls } from './inside.js';
import { findLink, unlessThere } from './links.js';
import { readyNetwork } from './ready-network.js';

/** Endpoints are MAC addresses of their own on an interface of the host: they stand in its network as machines do. */
export const macvlanDriver: Driver = {
  name: 'macvlan',
  options: ['parent', 'macvlan_mode', 'com.docker.network.driver.mtu', 'com.docker.network.container_iface_prefix'],
  found,
  ready,
};

/** Without a parent the network stands on a dummy of ours and leads nowhere, as in Docker. */
async function found({ id, options: { parent } }: Draft, { connection }: DriverContext): Promise<Foundation> {
  if (parent === undefined) {
    return { interface: `dm-${id.slice(0, 12)}`, ours: true, internal: true };
  }
  if (!(await findLink(connection, parent))) {
    throw newError('ENOPARENT', { interface: parent });
  }
  return { interface: parent, ours: false };
}

async function ready(record: NetworkRecord, settings: Settings, context: DriverContext): Promise<Network> {
  const network = readyNetwork(record, settings, false);
  const parent = record.ours ? await setUpDummy(record, context) : await findParent(record, context);
  const mode = MacvlanMode[network.options.macvlanMode ?? 'bridge'];
  return {
    ...network,
    mtu: network.options.mtu ?? parent.mtu,
    plan: (endpoint, planContext) => planEndpoint(endpoint, parent.index, mode, planContext),
    explain: async (step, cause) =>
      step === 'link' && cause.code === 'EBUSY'
        ? newError('EPARENTBUSY', { interface: parent.name }, { cause, step })
        : undefined,
  };
}

async function findParent({ interface: name = '' }: NetworkRecord, { connection }: DriverContext): Promise<Link> {
  const link = await findLink(connection, name);
  if (!link) {
    throw newError('ENOPARENT', { interface: name });
  }
  return link;
}

async function setUpDummy(record: NetworkRecord, context: DriverContext): Promise<Link> {
  const { connection, directory } = context;
  const { id, name, interface: dummy = '' } = record;
  const alias = formatMark({ kind: 'network', id, name }, directory);
  await unlessThere(connection.request(newLink({ name: dummy, info: { kind: 'dummy' } }), { object: dummy })).catch(
    (cause) => {
      const isUnknown = cause instanceof NetplumbError && cause.code === 'EOPNOTSUPP';
      throw isUnknown ? newError('EUNSUPPORTED', { feature: 'dummy interfaces; name a parent' }, { cause }) : cause;
    },
  );
  const link = await findParent(record, context);
  const off = { path: `ipv6/conf/${dummy}/disable_ipv6`, value: '1', optional: true };
  await connection.sysctl([off]);
  await connection.request(setLink({ index: link.index, alias, up: true }), { object: dummy });
  return link;
}

/**
 * The interface is made in the sandbox at once, so nothing of it ever shows on the host, and it is taken back there: the
 * second step is one that cannot fail while the interface exists.
 */
function planEndpoint(endpoint: EndpointRecord, parentIndex: number, mode: number, context: PlanContext): EndpointPlan {
  const { index, mark, sandboxSlot } = context;
  const { interface: name, macAddress: address, mtu } = endpoint;
  const own = { index, name, address, mtu, link: parentIndex, netnsFd: sandboxSlot };
  return {
    sysctls: sandboxSysctls(endpoint),
    steps: [
      {
        name: 'link',
        inside: false,
        requests: [newLink({ ...own, info: { kind: 'macvlan', data: { mode } } })],
        undo: [],
      },
      { name: 'made', inside: true, requests: [getLink({ index })], undo: [deleteLink({ index })] },
      {
        name: 'address',
        inside: true,
        requests: [setLink({ index, alias: mark }), ...configureInside(endpoint, context)],
        undo: [],
      },
    ],
  };
}
