import { newError } from '../errors/index.js';
import { leaseExact, leaseNext } from '../ipam/index.js';
import type { Network } from '../network/index.js';
import type { Tables } from '../store/index.js';
import type { Leases } from './plan.js';
import type { EndpointWish } from './wish.js';

/**
 * Gives a sandbox its addresses in a network: those asked for, else the next ones. In a transaction. Throws ENONETWORK when the
 * network was removed meanwhile, EBADOPTION for IPv6 where there is none, and leases' errors.
 */
export function leaseAddresses(
  tables: Tables,
  { record: { id, name }, pools, pools6 }: Network,
  sandbox: string,
  { ip, ip6 }: Pick<EndpointWish, 'ip' | 'ip6'>,
): Leases {
  // Cheaper than reading the record.
  if (tables.networkNames.get(name) !== id) {
    throw newError('ENONETWORK', { network: name });
  }
  if (ip6 !== undefined && pools6.length === 0) {
    throw newError('EBADOPTION', { option: 'ip6', value: ip6, reason: `network ${name} has no IPv6` });
  }
  const ipv4 = ip === undefined ? leaseNext(tables, pools, sandbox) : leaseExact(tables, pools, sandbox, ip);
  if (pools6.length === 0) {
    return { ipv4, ipv6: undefined };
  }
  return {
    ipv4,
    ipv6: ip6 === undefined ? leaseNext(tables, pools6, sandbox) : leaseExact(tables, pools6, sandbox, ip6),
  };
}
