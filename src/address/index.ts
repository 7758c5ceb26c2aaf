export { parseHostname } from './hostname.js';
export { newId, shortId } from './id.js';
export { formatInterfaceAddress, type InterfaceAddress, parseInterfaceAddress } from './interface-address.js';
export { parseInterfaceName } from './interface-name.js';
export { formatIpv4, type Ipv4, isHostIpv4, parseIpv4 } from './ipv4.js';
export { macFromIpv4, parseMac } from './mac.js';
export { type Mode, parseMode } from './mode.js';
export { parseMtu } from './mtu.js';
export { parseName } from './name.js';
export { parsePid } from './pid.js';
export { parseReference, type Reference } from './reference.js';
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
