export { parseAddHost } from './add-host.js';
export { type Family, familyOf, parseAnyAddress } from './any-address.js';
export { type AnySubnet, anyContains, anyOverlaps, formatAnySubnet, parseAnySubnet } from './any-subnet.js';
export { parseAuxiliary } from './auxiliary.js';
export { parseEnvironment } from './environment.js';
export { parseHostname } from './hostname.js';
export { newId, shortId } from './id.js';
export { formatInterfaceAddress, parseInterfaceAddress } from './interface-address.js';
export { formatInterfaceAddress6, parseInterfaceAddress6 } from './interface-address6.js';
export { parseInterfaceName } from './interface-name.js';
export { formatIpv4, isHostIpv4, parseIpv4 } from './ipv4.js';
export { formatIpv6, type Ipv6, isHostIpv6, parseIpv6 } from './ipv6.js';
export { parseLabel } from './label.js';
export { parseLinkName } from './link-name.js';
export { linkLocalFromMac, macFromIpv4, parseMac } from './mac.js';
export { type Mode, parseMode } from './mode.js';
export { parseMtu } from './mtu.js';
export { parseName } from './name.js';
export { parseNetworkAlias } from './network-alias.js';
export { parsePid } from './pid.js';
export {
  type ExposedPort,
  formatPort,
  formatPublished,
  formatSocket,
  hostAddresses,
  type PortRange,
  type Protocol,
  type PublishedPort,
} from './port.js';
export { type PortWish, parseExpose, parsePublish } from './port-spec.js';
export { parseReference, type Reference } from './reference.js';
export {
  parseDnsOption,
  parseDnsOptions,
  parseNameserver,
  parseNameservers,
  parseSearchDomain,
  parseSearchDomains,
} from './resolver.js';
export {
  contains,
  firstUsable,
  formatSubnet,
  lastAddress,
  lastUsable,
  netmask,
  overlaps,
  parseSubnet,
  type Subnet,
  subnetOf,
  subnetSize,
} from './subnet.js';
export {
  contains6,
  formatSubnet6,
  lastAddress6,
  overlaps6,
  parseSubnet6,
  type Subnet6,
  subnetOf6,
} from './subnet6.js';
export { newUlaSubnet } from './ula.js';
