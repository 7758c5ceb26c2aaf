import { badCidr, parseCidr } from './cidr.js';
import { formatIpv4, type Ipv4, isHostIpv4 } from './ipv4.js';
import { firstUsable, lastUsable, type Subnet, subnetOf } from './subnet.js';

/** An interface's address together with the subnet that it is in. */
export interface InterfaceAddress {
  readonly address: Ipv4;
  readonly subnet: Subnet;
}

const kind = { kind: 'interface address', address: 'an IPv4 address', example: '172.17.0.1/16' };

/**
 * Reads HOST-ADDRESS/PREFIX, as `--bip` takes it. Throws EBADCIDR, also when no host can have the address: the network's
 * and the broadcast address, loopback, multicast.
 */
export function parseInterfaceAddress(text: string): InterfaceAddress {
  const { address, prefix } = parseCidr(text, kind);
  const subnet = subnetOf(address, prefix);
  if (address < firstUsable(subnet)) {
    throw badCidr(text, kind, 'it is the network address of its subnet');
  }
  if (address > lastUsable(subnet)) {
    throw badCidr(text, kind, 'it is the broadcast address of its subnet');
  }
  if (!isHostIpv4(address)) {
    throw badCidr(text, kind, 'the address cannot belong to one host');
  }
  return { address, subnet };
}

/** The address as HOST-ADDRESS/PREFIX. */
export function formatInterfaceAddress({ address, subnet }: InterfaceAddress): string {
  return `${formatIpv4(address)}/${subnet.prefix}`;
}
