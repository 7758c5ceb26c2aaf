import { familyOf, formatIpv4, lastAddress, parseIpv4, subnetOf } from '../address/index.js';
import { type Address, AddressFlag, AF_INET, AF_INET6 } from '../netlink/index.js';

/**
 * An interface's address as the kernel takes it, given ADDRESS and the prefix length of its subnet. IPv6 addresses come without
 * duplicate address detection: they are ours to give out, and nobody has to wait for it.
 */
export function interfaceAddress(index: number, address: string, prefixLength: number): Address {
  if (familyOf(address) === 6) {
    return { family: AF_INET6, index, prefixLength, local: address, flags: AddressFlag.noDad };
  }
  const broadcast = prefixLength < 31 && { broadcast: broadcastOf(address, prefixLength) };
  return { family: AF_INET, index, prefixLength, local: address, address, ...broadcast };
}

/** The same without a route to the subnet: what is in it is not to be had on the interface just because of the address. */
export function routelessAddress(index: number, address: string, prefixLength: number): Address {
  const own = interfaceAddress(index, address, prefixLength);
  return { ...own, flags: (own.flags ?? 0) | AddressFlag.noPrefixRoute };
}

function broadcastOf(address: string, prefixLength: number): string {
  return formatIpv4(lastAddress(subnetOf(parseIpv4(address), prefixLength)));
}
