import { type Address, AF_INET, type Route, RouteFlag, RouteTable, RouteType } from '../../netlink/index.js';
import type { AddressEvent, RouteEvent, RouteWay } from './event.js';
import type { LinkTable } from './link-table.js';

const routeKinds = new Map(Object.entries(RouteType).map(([name, number]) => [number as number, name]));

export function addressEvent(action: AddressEvent['action'], object: Address, links: LinkTable): AddressEvent {
  const { family, local, address, prefixLength, index } = object;
  const own = local ?? address;
  const link = links.get(index);
  return {
    time: Date.now(),
    type: 'address',
    action,
    address: `${own}/${prefixLength}`,
    family: familyOf(family),
    ...(address !== undefined && address !== own && { peer: address }),
    index,
    ...(link && { interface: link.summary.name, ...link.owner }),
  };
}

/** Nothing for a route that only says that an address is the host's own, or that was looked up rather than made. */
export function routeEvent(action: RouteEvent['action'], object: Route, links: LinkTable): RouteEvent | undefined {
  const { family, dst, dstLength = 0, type = RouteType.unicast, table = RouteTable.main, priority, flags = 0 } = object;
  if (table === RouteTable.local || (flags & RouteFlag.cloned) !== 0) {
    return undefined;
  }
  const hops = waysOf(object, links);
  return {
    time: Date.now(),
    type: 'route',
    action,
    destination: dst === undefined || dstLength === 0 ? 'default' : `${dst}/${dstLength}`,
    family: familyOf(family),
    kind: routeKinds.get(type) ?? String(type),
    table,
    ...(priority !== undefined && { metric: priority }),
    hops,
    ...links.get(hops[0]?.index)?.owner,
  };
}

function waysOf({ multipath, gateway, via, oif }: Route, links: LinkTable): RouteWay[] {
  const hops = multipath ?? (oif === undefined && gateway === undefined ? [] : [{ gateway, via, index: oif }]);
  return hops.map((hop) => {
    const router = hop.gateway ?? hop.via;
    const link = links.get(hop.index);
    return {
      ...(router !== undefined && { gateway: router }),
      ...(hop.index !== undefined && { index: hop.index }),
      ...(link && { interface: link.summary.name }),
    };
  });
}

function familyOf(family: number): 4 | 6 {
  return family === AF_INET ? 4 : 6;
}
