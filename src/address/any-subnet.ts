import { readAnyAddress } from './any-address.js';
import { contains, formatSubnet, overlaps, readSubnet, type Subnet } from './subnet.js';
import { contains6, formatSubnet6, overlaps6, parseSubnet6, type Subnet6 } from './subnet6.js';

/** A subnet of either family. */
export type AnySubnet =
  | { readonly family: 4; readonly subnet: Subnet }
  | { readonly family: 6; readonly subnet: Subnet6 };

/** For text without ":", which need not have been meant as IPv4. */
const kind = { kind: 'subnet', address: 'an IP address', example: '172.17.0.0/16 or fd00:0:0:1::/64' };

/** Reads NETWORK/PREFIX of either family. Throws EBADCIDR, also when bits behind the prefix are set. */
export function parseAnySubnet(text: string): AnySubnet {
  return typeof text === 'string' && text.includes(':')
    ? { family: 6, subnet: parseSubnet6(text) }
    : { family: 4, subnet: readSubnet(text, kind) };
}

/** The subnet as NETWORK/PREFIX. */
export function formatAnySubnet(any: AnySubnet): string {
  return any.family === 4 ? formatSubnet(any.subnet) : formatSubnet6(any.subnet);
}

/** Whether the address is one of the subnet's; none is of one of the other family. Throws EBADADDR. */
export function anyContains(any: AnySubnet, address: string): boolean {
  const read = readAnyAddress(address);
  if (any.family === 4) {
    return read.family === 4 && contains(any.subnet, read.address);
  }
  return read.family === 6 && contains6(any.subnet, read.address);
}

/** Whether two subnets have an address in common; those of different families have none. */
export function anyOverlaps(one: AnySubnet, other: AnySubnet): boolean {
  if (one.family === 4) {
    return other.family === 4 && overlaps(one.subnet, other.subnet);
  }
  return other.family === 6 && overlaps6(one.subnet, other.subnet);
}
