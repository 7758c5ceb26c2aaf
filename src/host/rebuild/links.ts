import { newId } from '../../address/index.js';
import { AF_INET, RouteScope } from '../../netlink/index.js';
import type { EndpointRecord } from '../../store/index.js';
import { ownAddress } from './endpoint.js';
import type { FoundInterface, FoundSandbox } from './look.js';

/** One end of a link between two sandboxes: its address, and that of the other end. */
interface End {
  readonly found: FoundInterface;
  readonly sandbox: string;
  readonly address: string;
  readonly other: string;
}

/** Which links between two sandboxes there are, told by their ends' addresses and routes to each other. */
export function pairLinks(sandboxes: readonly FoundSandbox[]): (end: FoundInterface) => EndpointRecord['link'] {
  const ends = sandboxes.flatMap(({ id, interfaces }) => interfaces.flatMap((found) => endOf(id, found) ?? []));
  const byWay = new Map(ends.map((end) => [`${end.address} ${end.other}`, end]));
  const links = new Map<FoundInterface, NonNullable<EndpointRecord['link']>>();
  for (const one of ends) {
    const other = byWay.get(`${one.other} ${one.address}`);
    if (other && !links.has(one.found)) {
      const id = newId();
      links.set(one.found, { id, peer: other.sandbox });
      links.set(other.found, { id, peer: one.sandbox });
    }
  }
  return (end) => links.get(end);
}

/** A veth without an end on the host. */
function endOf(sandbox: string, found: FoundInterface): End | undefined {
  const { link, hostEnd, addresses, routes } = found;
  const own = addresses.find(({ family, prefixLength }) => family === AF_INET && prefixLength === 32);
  const way = routes.find(({ family, scope, dstLength }) => {
    return family === AF_INET && scope === RouteScope.link && dstLength === 32;
  });
  return link.info?.kind === 'veth' && !hostEnd && own && way?.dst !== undefined
    ? { found, sandbox, address: ownAddress(own), other: way.dst }
    : undefined;
}
