import { badCidr, parseCidr6 } from './cidr.js';
import { formatIpv6, type Ipv6 } from './ipv6.js';

/** A range of IPv6 addresses with a common prefix. The bits of `network` behind the prefix are zero. */
export interface Subnet6 {
  readonly network: Ipv6;
  /** 0 to 128. */
  readonly prefix: number;
}

const kind = { kind: 'subnet', address: 'an IPv6 address', example: 'fd00:0:0:1::/64' };

/** Reads NETWORK/PREFIX. Throws EBADCIDR, also when bits behind the prefix are set. */
export function parseSubnet6(text: string): Subnet6 {
  const { address, prefix } = parseCidr6(text, kind);
  const subnet = subnetOf6(address, prefix);
  if (subnet.network !== address) {
    throw badCidr(text, kind, `it has bits set behind the prefix; the subnet is ${formatSubnet6(subnet)}`);
  }
  return subnet;
}

/** The subnet as NETWORK/PREFIX. */
export function formatSubnet6({ network, prefix }: Subnet6): string {
  return `${formatIpv6(network)}/${prefix}`;
}

/** The subnet of a given prefix length (0 to 128) that an address is in. */
export function subnetOf6(address: Ipv6, prefix: number): Subnet6 {
  const hostBits = BigInt(128 - prefix);
  return { network: (address >> hostBits) << hostBits, prefix };
}

/** The last address of the subnet. IPv6 has no broadcast: a host can have it. */
export function lastAddress6({ network, prefix }: Subnet6): Ipv6 {
  return network + (1n << BigInt(128 - prefix)) - 1n;
}

/** Whether the address is one of the subnet's. */
export function contains6({ network, prefix }: Subnet6, address: Ipv6): boolean {
  return subnetOf6(address, prefix).network === network;
}

/** Whether two subnets have an address in common. */
export function overlaps6(one: Subnet6, other: Subnet6): boolean {
  return one.prefix <= other.prefix ? contains6(one, other.network) : contains6(other, one.network);
}
