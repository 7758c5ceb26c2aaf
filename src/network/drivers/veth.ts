import { deleteLink, getLink, newLink, newNetnsId, type Request, type Step, setLink } from '../../netlink/index.js';
import type { EndpointRecord } from '../../store/index.js';
import type { PlanContext } from '../driver.js';

/**
 * Every notification about a veth looks for its peer's namespace among the host's numbered namespaces, from the lowest
 * number up (peernet2id_alloc in net/core/net_namespace.c). Falling numbers have the newest found first.
 */
const highestNetnsId = 2 ** 31 - 1;

/** An endpoint's ends, as they are on record. Throws TypeError for one without an end on the host. */
export function hostEndOf({ hostInterface, hostIndex }: EndpointRecord): { name: string; index: number } {
  if (hostInterface === undefined || hostIndex === undefined) {
    throw new TypeError('an endpoint on a veth pair has an end on the host');
  }
  return { name: hostInterface, index: hostIndex };
}

/**
 * The steps that make a veth pair between host and sandbox, its host end (with that MAC address) marked and still down: that
 * notifies nobody. Undone by deleting the host end.
 */
export function vethSteps(
  endpoint: EndpointRecord,
  hostAddress: string,
  { mark, sandboxSlot, index }: PlanContext,
): Step[] {
  const { mtu, macAddress } = endpoint;
  const { name, index: hostIndex } = hostEndOf(endpoint);
  // One queue each way: others are objects in sysfs that nobody has a use for.
  const lean = { mtu, numTxQueues: 1, numRxQueues: 1 };
  const peer = { index, name: endpoint.interface, address: macAddress, netnsFd: sandboxSlot, ...lean };
  const pair = {
    index: hostIndex,
    name,
    address: hostAddress,
    info: { kind: 'veth' as const, data: { peer } },
    ...lean,
  };
  return [
    {
      name: 'identity',
      inside: false,
      // A namespace that was attached before has its number already, and keeps it.
      optional: true,
      requests: [newNetnsId({ fd: sandboxSlot, nsid: highestNetnsId - hostIndex })],
      undo: [],
    },
    { name: 'link', inside: false, requests: [newLink(pair)], undo: [deleteLink({ name })] },
    {
      name: 'mark',
      inside: false,
      // The host's end has no use for IPv6 of its own; with it, each would add a route to the host's table that all
      // others walk.
      hostSysctls: [{ path: `ipv6/conf/${name}/disable_ipv6`, value: '1', optional: true }],
      requests: [setLink({ index: hostIndex, alias: mark })],
      undo: [],
    },
  ];
}

/**
 * For requests that are no plan's, whose steps have `settled` for it: asking for a link makes the kernel act on its carrier at
 * once (linkwatch_sync_dev in rtnl_getlink, Linux 6.8).
 */
export function settle(index: number): Request {
  return getLink({ index });
}
