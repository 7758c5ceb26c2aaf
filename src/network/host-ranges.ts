import { type AnySubnet, type Family, parseIpv4, parseIpv6, subnetOf, subnetOf6 } from '../address/index.js';
import {
  type Address,
  AF_INET,
  AF_INET6,
  type Connection,
  listAddresses,
  listRoutes,
  type Route,
} from '../netlink/index.js';

const families = { 4: AF_INET, 6: AF_INET6 } as const;

/**
 * Every range that the host has an address in or a route to, in any table, but for the default route and those that every
 * host has (link-local, multicast). (Asking for one table would be refused as long as it has no route.)
 */
export async function hostRanges(connection: Connection): Promise<AnySubnet[]> {
  const ranges = await Promise.all([rangesOf(connection, 4), rangesOf(connection, 6)]);
  return ranges.flat();
}

async function rangesOf(connection: Connection, family: Family): Promise<AnySubnet[]> {
  const [routes, addresses] = await Promise.all([
    connection.list<Route>(listRoutes({ family: families[family] })),
    connection.list<Address>(listAddresses({ family: families[family] })),
  ]);
  return [
    ...routes.flatMap(({ dst, dstLength }) => (dst && dstLength ? [rangeOf(family, dst, dstLength)] : [])),
    ...addresses.flatMap(({ local, address = local, prefixLength }) =>
      address ? [rangeOf(family, local ?? address, prefixLength)] : [],
    ),
  ];
}

function rangeOf(family: Family, address: string, prefix: number): AnySubnet {
  return family === 4
    ? { family, subnet: subnetOf(parseIpv4(address), prefix) }
    : { family, subnet: subnetOf6(parseIpv6(address), prefix) };
}
