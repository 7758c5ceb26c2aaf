import { badCidr, type CidrKind, parseCidr } from './cidr.js';
import { formatIpv4, type Ipv4 } from './ipv4.js';

/** A range of IPv4 addresses with a common prefix. The bits of `network` behind the prefix are zero. */
export interface Subnet {
  readonly network: Ipv4;
  /** 0 to 32. */
  readonly prefix: number;
}

const kind = { kind: 'subnet', address: 'an IPv4 address', example: '172.17.0.0/16' };

/** Reads NETWORK/PREFIX. Throws EBADCIDR, also when bits behind the prefix are set. */
export function parseSubnet(text: string): Subnet {
  return readSubnet(text, kind);
}

/** As `parseSubnet`, but errors call it what the caller says. */
export function readSubnet(text: string, kind: CidrKind): Subnet {
  const { address, prefix } = parseCidr(text, kind);
  const subnet = subnetOf(address, prefix);
  if (subnet.network !== address) {
    throw badCidr(text, kind, `it has bits set behind the prefix; the subnet is ${formatSubnet(subnet)}`);
  }
  return subnet;
}

/** The subnet as NETWORK/PREFIX. */
export function formatSubnet({ network, prefix }: Subnet): string {
  return `${formatIpv4(network)}/${prefix}`;
}

/** The subnet of a given prefix length (0 to 32) that an address is in. */
export function subnetOf(address: Ipv4, prefix: number): Subnet {
  return { network: (address & netmask(prefix)) >>> 0, prefix };
}

/** The mask of a prefix length (0 to 32) as an address: 16 is 255.255.0.0. */
export function netmask(prefix: number): Ipv4 {
  // A shift by 32 would be one by 0.
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/** How many addresses there are in the subnet, all told: 1 to 2^32. */
export function subnetSize({ prefix }: Subnet): number {
  return 2 ** (32 - prefix);
}

/** The last address of the subnet: the broadcast address, unless the subnet has only one or two addresses. */
export function lastAddress(subnet: Subnet): Ipv4 {
  return subnet.network + subnetSize(subnet) - 1;
}

/** The first address that a host can have: not the network's, except in /31 (RFC 3021) and /32. */
export function firstUsable({ network, prefix }: Subnet): Ipv4 {
  return prefix >= 31 ? network : network + 1;
}

/** The last address that a host can have: not the broadcast address, except in /31 (RFC 3021) and /32. */
export function lastUsable(subnet: Subnet): Ipv4 {
  return subnet.prefix >= 31 ? lastAddress(subnet) : lastAddress(subnet) - 1;
}

/** Whether the address is one of the subnet's, usable or not. */
export function contains({ network, prefix }: Subnet, address: Ipv4): boolean {
  return (address & netmask(prefix)) >>> 0 === network;
}

/** Whether two subnets have an address in common. */
export function overlaps(one: Subnet, other: Subnet): boolean {
  return one.prefix <= other.prefix ? contains(one, other.network) : contains(other, one.network);
}
