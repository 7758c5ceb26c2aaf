import { parseIpv6 } from '../../address/index.js';
import { newError } from '../../errors/index.js';
import type { Element, Field } from '../element.js';

/** What nft reads back as it is, in double quotes; it has no way to write a double quote, and a star at the end is a pattern. */
const plainName = /^(?!.*["*\\])[!-~]+$/;

/** An element as nft writes it. `isRaw`: of a set whose addresses nft knows as numbers only. Throws EBADIFNAME. */
export function formatElement({ key, value }: Element, isRaw: boolean): string {
  const left = key.map((field) => (isRaw && field.kind === 'ipv6' ? hexadecimal(field.value) : formatField(field)));
  return `${left.join(' . ')}${value ? ` : ${value.map(formatField).join(' . ')}` : ''}`;
}

function formatField({ kind, value }: Field): string {
  return kind === 'interface' ? quoted(value) : String(value);
}

function quoted(name: string): string {
  if (!plainName.test(name)) {
    const reason = 'nft has no words for it';
    throw newError('EBADIFNAME', { value: name, reason });
  }
  return `"${name}"`;
}

function hexadecimal(address: string): string {
  return `0x${parseIpv6(address).toString(16).padStart(32, '0')}`;
}
