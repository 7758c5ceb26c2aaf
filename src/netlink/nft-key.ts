import { type Protocol, parseInterfaceName, parseIpv4, parseIpv6, parseMac } from '../address/index.js';
import { newError } from '../errors/index.js';
import { TableFamily } from './nft-table.js';

/** A field of a set's key or of a map's data. */
export type ElementField =
  | { readonly kind: 'interface' | 'ipv4' | 'ipv6' | 'mac'; readonly value: string }
  /** Of the transport: by name, or by its number in the IP header. */
  | { readonly kind: 'protocol'; readonly value: Protocol | number }
  | { readonly kind: 'port'; readonly value: number }
  | { readonly kind: 'family'; readonly value: 'ipv4' | 'ipv6' };

/** IPPROTO_* (linux/in.h). */
const protocols: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** IFNAMSIZ (linux/if.h). */
const nameLength = 16;

/** In concatenations each field begins a register of 32 bits (NFT_REG32_SIZE). */
const register = 4;

/**
 * A set's key, or a map's data, as the kernel keeps it and nft writes it: one field alone is as long as it is; several
 * stand behind each other, each filled up with zeros to a multiple of four bytes. Numbers are in network byte order.
 * `nft describe` knows the fields as ifname, ipv4_addr, ipv6_addr, ether_addr, inet_proto, inet_service and nf_proto.
 * Throws EBADADDR, EBADMAC, EBADIFNAME, and EBADREQUEST for a number out of range.
 */
export function encodeKey(fields: readonly ElementField[]): Uint8Array {
  const parts = fields.map(bytesOf);
  if (parts.length === 1) {
    return Uint8Array.from(parts[0] ?? []);
  }
  const key = new Uint8Array(parts.reduce((length, part) => length + roomFor(part), 0));
  let at = 0;
  for (const part of parts) {
    key.set(part, at);
    at += roomFor(part);
  }
  return key;
}

function roomFor(part: readonly number[]): number {
  return Math.ceil(part.length / register) * register;
}

function bytesOf(field: ElementField): number[] {
  switch (field.kind) {
    case 'interface': {
      // Visible ASCII characters, fifteen at most.
      const name = parseInterfaceName(field.value);
      return Array.from({ length: nameLength }, (_, i) => (i < name.length ? name.charCodeAt(i) : 0));
    }
    case 'ipv4':
      return bytesOfNumber(parseIpv4(field.value), 4);
    case 'ipv6':
      return bytesOfIpv6(parseIpv6(field.value));
    case 'mac':
      return bytesOfNumber(Number.parseInt(parseMac(field.value).replaceAll(':', ''), 16), 6);
    case 'protocol': {
      const number = typeof field.value === 'string' ? protocols[field.value] : field.value;
      return bytesOfNumber(inRange(field.kind, number, 0xff), 1);
    }
    case 'port':
      return bytesOfNumber(inRange(field.kind, field.value, 0xffff), 2);
    case 'family':
      return [TableFamily[field.value]];
  }
}

function inRange(kind: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw newError('EBADREQUEST', { request: 'key of a set', problem: `${kind} ${value} is not within 0…${most}` });
  }
  return value;
}

/** The highest first. `value` has 48 bits at most. */
function bytesOfNumber(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.floor(value / 256 ** (length - 1 - i)) % 256);
}

function bytesOfIpv6(address: bigint): number[] {
  const half = (bits: bigint) => [32n, 0n].flatMap((shift) => bytesOfNumber(Number((bits >> shift) & 0xffff_ffffn), 4));
  return [...half(address >> 64n), ...half(address)];
}
