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

/** In bytes; of a name IFNAMSIZ (linux/if.h). */
const widths = { interface: 16, ipv4: 4, ipv6: 16, mac: 6, protocol: 1, port: 2, family: 1 } as const;

/** In concatenations each field begins a register of 32 bits (NFT_REG32_SIZE). */
const register = 4;

/**
 * A set's key, or a map's data, as the kernel keeps it and nft writes it: one field alone is as long as it is; several
 * stand behind each other, each filled up with zeros to a multiple of four bytes. Numbers are in network byte order.
 * `nft describe` knows the fields as ifname, ipv4_addr, ipv6_addr, ether_addr, inet_proto, inet_service and nf_proto.
 * Throws EBADADDR, EBADMAC, EBADIFNAME, and EBADREQUEST for a number out of range.
 */
export function encodeKey(fields: readonly ElementField[]): Uint8Array {
  const unit = fields.length === 1 ? 1 : register;
  let length = 0;
  for (const { kind } of fields) {
    length += Math.ceil(widths[kind] / unit) * unit;
  }
  const key = new DataView(new ArrayBuffer(length));
  let at = 0;
  for (const field of fields) {
    write(key, at, field);
    at += Math.ceil(widths[field.kind] / unit) * unit;
  }
  return new Uint8Array(key.buffer);
}

function write(key: DataView, at: number, field: ElementField): void {
  switch (field.kind) {
    case 'interface':
      writeName(key, at, parseInterfaceName(field.value));
      break;
    case 'ipv4':
      key.setUint32(at, parseIpv4(field.value));
      break;
    case 'ipv6':
      writeIpv6(key, at, parseIpv6(field.value));
      break;
    case 'mac':
      writeMac(key, at, Number.parseInt(parseMac(field.value).replaceAll(':', ''), 16));
      break;
    case 'protocol':
      key.setUint8(at, inRange(field.kind, protocolNumber(field.value), 0xff));
      break;
    case 'port':
      key.setUint16(at, inRange(field.kind, field.value, 0xffff));
      break;
    case 'family':
      key.setUint8(at, TableFamily[field.value]);
  }
}

/** Visible ASCII characters, fifteen at most. */
function writeName(key: DataView, at: number, name: string): void {
  for (let i = 0; i < name.length; i++) {
    key.setUint8(at + i, name.charCodeAt(i));
  }
}

function writeIpv6(key: DataView, at: number, address: bigint): void {
  key.setBigUint64(at, address >> 64n);
  // Its lower 64 bits.
  key.setBigUint64(at + 8, address);
}

/** 48 bits. */
function writeMac(key: DataView, at: number, mac: number): void {
  key.setUint16(at, Math.floor(mac / 2 ** 32));
  // Its lower 32 bits.
  key.setUint32(at + 2, mac);
}

function protocolNumber(value: Protocol | number): number {
  return typeof value === 'string' ? protocols[value] : value;
}

function inRange(kind: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw newError('EBADREQUEST', { request: 'key of a set', problem: `${kind} ${value} is not within 0…${most}` });
  }
  return value;
}
