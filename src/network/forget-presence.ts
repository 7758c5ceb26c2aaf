import { attemptAsync } from '../errors/index.js';
import { type Connection, getLink, type Link } from '../netlink/index.js';
import type { EndpointRecord, NetworkRecord } from '../store/index.js';
import { absence } from './drivers/presence.js';
import { trunkNames } from './drivers/segment.js';

/**
 * Takes back what the bridges of networks know of endpoints that are gone. What cannot be taken back leads nowhere, and is replaced
 * with the next endpoint of that address.
 */
export async function forgetPresence(
  connection: Connection,
  gone: readonly { readonly network: NetworkRecord; readonly endpoint: EndpointRecord }[],
): Promise<void> {
  const known = gone.filter(({ network }) => network.driver === 'bridge' && network.ours);
  if (known.length === 0) {
    return;
  }
  const names = [...new Set(known.flatMap(({ network, endpoint }) => [bridgeOf(network), ...trunksOf(endpoint)]))];
  const links = await connection.requestAll<Link>(names.map((name) => getLink({ name })));
  const indexes = new Map(names.map((name, i) => [name, links[i]?.body?.index]));
  const requests = known.flatMap(({ network, endpoint }) => {
    const bridgeIndex = indexes.get(bridgeOf(network));
    const trunk = trunksOf(endpoint)
      .map((name) => indexes.get(name))
      .find((index) => index !== undefined);
    return bridgeIndex === undefined ? [] : absence(endpoint, { bridgeIndex, trunk, subnets: network.subnets });
  });
  await attemptAsync(() => connection.requestAll(requests));
}

function bridgeOf(network: NetworkRecord): string {
  return network.interface ?? '';
}

/** What the port that leads to its segment may be called. */
function trunksOf({ segment }: EndpointRecord): readonly string[] {
  return segment === undefined ? [] : trunkNames(segment);
}
