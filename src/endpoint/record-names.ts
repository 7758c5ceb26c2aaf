import { newError } from '../errors/index.js';
import { networkHasNames } from '../naming/index.js';
import type { Network } from '../network/index.js';
import type { EndpointRecord, Tables } from '../store/index.js';
import type { EndpointWish } from './wish.js';

/** Throws EBADOPTION for aliases in a network in which nobody is found by name. Writes nothing. */
export function refuseAliases({ aliases }: Pick<EndpointWish, 'aliases'>, { record }: Pick<Network, 'record'>): void {
  const [first] = aliases;
  if (first !== undefined && !networkHasNames(record)) {
    const reason = `nobody is found by name in network ${record.name}`;
    const hint = 'Names are for networks of your own, of the drivers bridge and ptp, made without --disable-dns.';
    throw newError('EBADOPTION', { option: 'network-alias', value: first, reason }, { hint });
  }
}

/** Makes an endpoint's aliases found. In a transaction; can be repeated. */
export function addAliases(
  { aliases: table }: Tables,
  sandbox: string,
  { network, aliases = [] }: Pick<EndpointRecord, 'network' | 'aliases'>,
): void {
  for (const alias of aliases) {
    table.putSync([network, rowOf(alias, sandbox)], true);
  }
}

/** Takes them back. In a transaction; can be repeated. */
export function removeAliases(
  { aliases: table }: Tables,
  sandbox: string,
  { network, aliases = [] }: Pick<EndpointRecord, 'network' | 'aliases'>,
): void {
  for (const alias of aliases) {
    table.removeSync([network, rowOf(alias, sandbox)]);
  }
}

/** No alias has a space in it: all rows of one alias are next to each other, and no other is between. */
function rowOf(alias: string, sandbox: string): string {
  return `${alias} ${sandbox}`;
}
