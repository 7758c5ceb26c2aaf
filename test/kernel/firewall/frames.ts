import { parseIpv4, parseIpv6 } from '../../../src/address/index.js';

/** Between whom a frame is said to travel. */
export interface Ethernet {
  readonly from: string;
  readonly to: string;
}

/** Between whom a datagram is said to travel. */
export interface Datagram {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly text: string;
}

export const broadcast = 'ff:ff:ff:ff:ff:ff';

const ETH_P_IP = 0x0800;
const ETH_P_ARP = 0x0806;
const ETH_P_IPV6 = 0x86dd;
/** IEEE 802's for experiments: of no protocol that any filter knows. */
const ETH_P_802_EX1 = 0x88b5;
const IPPROTO_UDP = 17;
const IPPROTO_ICMPV6 = 58;
/** As far as needed through one host, and the one that neighbour discovery insists on. */
const hops = { usual: 64, neighbour: 255 };

/** UDP over IPv4 or IPv6, as the addresses say; the source port is 4000. */
export function udpFrame(ethernet: Ethernet, { source, destination, port, text }: Datagram): Buffer {
  const payload = Buffer.from(text);
  const head = words16(4000, port, 8 + payload.length, 0);
  const packet = Buffer.concat([head, payload]);
  return ipFrame(ethernet, source, destination, IPPROTO_UDP, packet, hops.usual, 6);
}

/** A frame of no known protocol. */
export function strangeFrame(ethernet: Ethernet, text: string): Buffer {
  return frame(ethernet, ETH_P_802_EX1, Buffer.from(text.padEnd(46, ' ')));
}

/** "ADDRESS is at MAC", said unasked (RFC 826, 5227), with a text behind it as padding. */
export function arpReply(ethernet: Ethernet, address: string, mac: string, text: string): Buffer {
  const said = [bytesOfMac(mac), bytesOf4(address), bytesOfMac(broadcast), bytesOf4(address)];
  // Ethernet, IPv4, lengths of their addresses, reply.
  return frame(ethernet, ETH_P_ARP, Buffer.concat([words16(1, ETH_P_IP, 0x0604, 2), ...said, Buffer.from(text)]));
}

/** The same for IPv6: a neighbour advertisement (RFC 4861, 4.4) that overrides what was known; `source` is whose it claims to be. */
export function neighbourAdvertisement(
  from: string,
  source: string,
  address: string,
  mac: string,
  text: string,
): Buffer {
  const override = Buffer.from([136, 0, 0, 0, 0x20, 0, 0, 0]);
  return toAllNodes(from, source, [override, bytesOf6(address), linkLayer(2, mac)], text);
}

/** "I am a router" (RFC 4861, 4.2), for half an hour. */
export function routerAdvertisement(from: string, source: string, text: string): Buffer {
  const lifetime = Buffer.from([134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0]);
  return toAllNodes(from, source, [lifetime, linkLayer(1, from)], text);
}

function linkLayer(option: number, mac: string): Buffer {
  return Buffer.concat([Buffer.from([option, 1]), bytesOfMac(mac)]);
}

/** ICMPv6 of neighbour discovery, to all on the link (RFC 2464); an option that nobody knows is passed over (RFC 4727). */
function toAllNodes(from: string, source: string, parts: readonly Buffer[], text: string): Buffer {
  const room = Buffer.alloc(Math.ceil((2 + text.length) / 8) * 8);
  room.set([253, room.length / 8]);
  room.write(text, 2);
  const packet = Buffer.concat([...parts, room]);
  return ipFrame({ from, to: '33:33:00:00:00:01' }, source, 'ff02::1', IPPROTO_ICMPV6, packet, hops.neighbour, 2);
}

function ipFrame(
  ethernet: Ethernet,
  source: string,
  destination: string,
  protocol: number,
  packet: Buffer,
  hopLimit: number,
  checksumAt: number,
): Buffer {
  const isIpv6 = source.includes(':');
  const ends = [source, destination].map(isIpv6 ? bytesOf6 : bytesOf4);
  packet.writeUInt16BE(checksum(Buffer.concat([...ends, words16(0, protocol, 0, packet.length), packet])), checksumAt);
  if (isIpv6) {
    const head = Buffer.concat([words16(0x6000, 0, packet.length, (protocol << 8) | hopLimit), ...ends]);
    return frame(ethernet, ETH_P_IPV6, Buffer.concat([head, packet]));
  }
  const head = Buffer.concat([words16(0x4500, 20 + packet.length, 0, 0, (hopLimit << 8) | protocol, 0), ...ends]);
  head.writeUInt16BE(checksum(head), 10);
  return frame(ethernet, ETH_P_IP, Buffer.concat([head, packet]));
}

function frame({ from, to }: Ethernet, type: number, payload: Buffer): Buffer {
  return Buffer.concat([bytesOfMac(to), bytesOfMac(from), words16(type), payload]);
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
  let sum = 0;
  for (let at = 0; at < even.length; at += 2) {
    sum += even.readUInt16BE(at);
  }
  while (sum > 0xffff) {
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return ~sum & 0xffff;
}

function words16(...words: number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 2);
  for (const [i, word] of words.entries()) {
    bytes.writeUInt16BE(word, i * 2);
  }
  return bytes;
}

function bytesOfMac(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

function bytesOf4(address: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(parseIpv4(address));
  return bytes;
}

function bytesOf6(address: string): Buffer {
  return Buffer.from(parseIpv6(address).toString(16).padStart(32, '0'), 'hex');
}
