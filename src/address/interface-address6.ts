import { badCidr, parseCidr6 } from './cidr.js';
import { formatIpv6, type Ipv6, isHostIpv6 } from './ipv6.js';
import { type Subnet6, subnetOf6 } from './subnet6.js';

/** An interface's IPv6 address together with the subnet that it is in. */
export interface InterfaceAddress6 {
  readonly address: Ipv6;
  readonly subnet: Subnet6;
}

const kind = { kind: 'interface address', address: 'an IPv6 address', example: 'fd00:0:0:1::1/64' };

/**
 * Reads HOST-ADDRESS/PREFIX, as `--bip6` takes it. Throws EBADCIDR, also when no host can have the address: unspecified,
 * loopback, multicast, IPv4-mapped, and the subnet-router anycast address (RFC 4291, section 2.6.1; not in /127, RFC 6164).
 */
export function parseInterfaceAddress6(text: string): InterfaceAddress6 {
  const { address, prefix } = parseCidr6(text, kind);
  const subnet = subnetOf6(address, prefix);
  if (!isHostIpv6(address)) {
    throw badCidr(text, kind, 'the address cannot belong to one host');
  }
  if (prefix < 127 && address === subnet.network) {
    throw badCidr(text, kind, 'it is the anycast address of its subnet');
  }
  return { address, subnet };
}

/** The address as HOST-ADDRESS/PREFIX. */
export function formatInterfaceAddress6({ address, subnet }: InterfaceAddress6): string {
  return `${formatIpv6(address)}/${subnet.prefix}`;
}
