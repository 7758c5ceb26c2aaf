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

/** What nft calls the fields' types: ifname, inet_proto, inet_service… (`nft describe`), and their lengths in bytes. */
const widths = { interface: 16, ipv4: 4, ipv6: 16, mac: 6, protocol: 1, port: 2, family: 1 } as const;

/** IPPROTO_* (linux/in.h). */
const protocols: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** In concatenations each field begins a register of 32 bits (NFT_REG32_SIZE). */
const register = 4;

/**
 * A set's key, or a map's data, as the kernel keeps it and nft writes it: one field alone is as long as it is; several
 * stand behind each other, each filled up with zeros to a multiple of four bytes. Numbers are in network byte order.
 * Throws EBADADDR, EBADMAC, EBADIFNAME, and EBADREQUEST for a number out of range.
 */
export function encodeKey(fields: readonly ElementField[]): Uint8Array {
  const room =
    fields.length === 1 ? (width: number) => width : (width: number) => Math.ceil(width / register) * register;
  const bytes = new Uint8Array(fields.reduce((length, { kind }) => length + room(widths[kind]), 0));
  let at = 0;
  for (const field of fields) {
    write(bytes, at, field);
    at += room(widths[field.kind]);
  }
  return bytes;
}

function write(bytes: Uint8Array, at: number, field: ElementField): void {
  switch (field.kind) {
    case 'interface':
      // Visible ASCII characters, fifteen at most.
      for (const [i, character] of [...parseInterfaceName(field.value)].entries()) {
        bytes[at + i] = character.charCodeAt(0);
      }
      return;
    case 'ipv4':
      return writeNumber(bytes, at, widths.ipv4, parseIpv4(field.value));
    case 'ipv6':
      return writeIpv6(bytes, at, parseIpv6(field.value));
    case 'mac':
      return writeNumber(bytes, at, widths.mac, Number.parseInt(parseMac(field.value).replaceAll(':', ''), 16));
    case 'protocol':
      return writeInRange(
        bytes,
        at,
        field.kind,
        typeof field.value === 'string' ? protocols[field.value] : field.value,
      );
    case 'port':
      return writeInRange(bytes, at, field.kind, field.value);
    case 'family':
      return writeInRange(bytes, at, field.kind, TableFamily[field.value]);
  }
}

function writeInRange(bytes: Uint8Array, at: number, kind: ElementField['kind'], value: number): void {
  const most = 256 ** widths[kind] - 1;
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw newError('EBADREQUEST', { request: 'key of a set', problem: `${kind} ${value} is not within 0…${most}` });
  }
  writeNumber(bytes, at, widths[kind], value);
}

/** The highest byte first; numbers of up to 48 bits. */
function writeNumber(bytes: Uint8Array, at: number, width: number, value: number): void {
  let rest = value;
  for (let i = at + width - 1; i >= at; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

function writeIpv6(bytes: Uint8Array, at: number, address: bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setBigUint64(at, address >> 64n);
  view.setBigUint64(at + 8, address & 0xffff_ffff_ffff_ffffn);
}
