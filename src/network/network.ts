import { formatIpv4, type Ipv4, parseIpv4, parseSubnet, type Subnet } from '../address/index.js';
import { newError } from '../errors/index.js';
import type { LeasedSubnet } from '../ipam/index.js';
import type { Link } from '../netlink/index.js';
import type { NetworkRecord } from '../store/index.js';

/** A network that is ready for endpoints: its record, parsed, and where its bridge is now. */
export interface Network extends LeasedSubnet {
  readonly bridge: string;
  /** Interface index of the bridge. */
  readonly bridgeIndex: number;
  /** The bridge's own MAC address. */
  readonly bridgeAddress: string;
}

/** The network of a record, given its bridge's link, and the router if it is not the bridge. */
export function networkOf(record: NetworkRecord, link: Link, defaultGateway: Ipv4 | undefined): Network {
  const { id, name, bridge } = record;
  if (link.address === undefined) {
    throw newError('ENOTBRIDGE', { interface: bridge });
  }
  return {
    id,
    name,
    bridge,
    bridgeIndex: link.index,
    bridgeAddress: link.address,
    subnet: parseSubnet(record.subnet),
    gateway: parseIpv4(record.gateway),
    defaultGateway: defaultGateway ?? parseIpv4(record.gateway),
  };
}

/** The addresses that a record of a network with this subnet and gateway holds, as text. */
export function addressing(subnet: Subnet, gateway: number): Pick<NetworkRecord, 'subnet' | 'gateway'> {
  return { subnet: `${formatIpv4(subnet.network)}/${subnet.prefix}`, gateway: formatIpv4(gateway) };
}
