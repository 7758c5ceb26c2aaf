import { formatIpv4, type Ipv4, macFromIpv4, parseIpv4, parseSubnet, type Subnet } from '../address/index.js';
import type { LeasedSubnet } from '../ipam/index.js';
import type { Link } from '../netlink/index.js';
import type { NetworkRecord } from '../store/index.js';

/** A network that is ready for endpoints: its record, parsed, and where its bridge is now. */
export interface Network extends LeasedSubnet {
  readonly bridge: string;
  /** Interface index of the bridge. */
  readonly bridgeIndex: number;
  /** The bridge's own MAC address, or what it is to be. */
  readonly bridgeAddress: string;
  /** Of endpoints that ask for none, in bytes. */
  readonly mtu: number;
}

/** What the options of a host say about endpoints that ask for nothing else. */
export interface EndpointDefaults {
  /** In bytes; if not given, the bridge's: a port with less would change a bridge that is not ours (br_mtu_auto_adjust). */
  readonly mtu?: number | undefined;
  /** If it is not the bridge. */
  readonly defaultGateway?: Ipv4 | undefined;
}

/** A bridge that takes its address from its ports is left with none by the last one. */
const noAddress = '00:00:00:00:00:00';

/** The network of a record, given its bridge's link. */
export function networkOf(record: NetworkRecord, link: Link, { mtu, defaultGateway }: EndpointDefaults): Network {
  const { id, name, bridge } = record;
  const gateway = parseIpv4(record.gateway);
  return {
    id,
    name,
    bridge,
    bridgeIndex: link.index,
    bridgeAddress: link.address === undefined || link.address === noAddress ? macFromIpv4(gateway) : link.address,
    mtu: mtu ?? link.mtu,
    subnet: parseSubnet(record.subnet),
    gateway,
    defaultGateway: defaultGateway ?? gateway,
  };
}

/** The addresses that a record of a network with this subnet and gateway holds, as text. */
export function addressing(subnet: Subnet, gateway: number): Pick<NetworkRecord, 'subnet' | 'gateway'> {
  return { subnet: `${formatIpv4(subnet.network)}/${subnet.prefix}`, gateway: formatIpv4(gateway) };
}
