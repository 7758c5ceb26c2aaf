import { formatIpv4, formatIpv6, lastAddress, lastAddress6, parseAnySubnet } from '../../address/index.js';
import { type ElementField, encodeKey, intervalElements, type RawElement } from '../../netlink/index.js';
import type { Element, Field } from '../element.js';
import { shapeOf } from './sets.js';

/**
 * An element as the kernel has it: an interval of one field as two, one of several fields as one with two keys. Throws what encodeKey
 * throws.
 */
export function rawElements({ set, key, value }: Element): RawElement[] {
  const first = encodeKey(key.map(firstOf));
  const data = value && encodeKey(value.map(firstOf));
  if (!shapeOf(set).interval) {
    return [data ? { key: first, data } : { key: first }];
  }
  const last = encodeKey(key.map(lastOf));
  return key.length === 1 ? intervalElements(first, last, data) : [{ key: first, keyEnd: last, ...(data && { data }) }];
}

function firstOf(field: Field): ElementField {
  return isSubnet(field) ? { kind: field.kind === 'subnet4' ? 'ipv4' : 'ipv6', value: networkOf(field.value) } : field;
}

function lastOf(field: Field): ElementField {
  if (!isSubnet(field)) {
    return field;
  }
  const read = parseAnySubnet(field.value);
  return read.family === 4
    ? { kind: 'ipv4', value: formatIpv4(lastAddress(read.subnet)) }
    : { kind: 'ipv6', value: formatIpv6(lastAddress6(read.subnet)) };
}

function isSubnet(field: Field): field is Extract<Field, { readonly kind: 'subnet4' | 'subnet6' }> {
  return field.kind === 'subnet4' || field.kind === 'subnet6';
}

/** The address before the prefix length. */
function networkOf(subnet: string): string {
  return subnet.slice(0, subnet.indexOf('/'));
}
