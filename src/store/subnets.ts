import { type AnySubnet, lastAddress, lastAddress6, parseAnySubnet } from '../address/index.js';
import type { NetworkRecord } from './records.js';
import type { SubnetEntry, Tables } from './store.js';

type Key = [string, number | string];

/** Enters a network's subnets, so that they are found by any address of theirs. In a transaction. */
export function addSubnets({ subnets }: Tables, network: NetworkRecord): void {
  for (const { subnet } of network.subnets) {
    subnets.putSync(edges(parseAnySubnet(subnet)).first, { subnet, network: network.name });
  }
}

/** Takes a network's subnets out again. In a transaction. */
export function removeSubnets({ subnets }: Tables, network: NetworkRecord): void {
  for (const { subnet } of network.subnets) {
    const { first } = edges(parseAnySubnet(subnet));
    if (subnets.get(first)?.network === network.name) {
      subnets.removeSync(first);
    }
  }
}

/**
 * A subnet of any network that has an address in common with this one; nothing if none has. Since no two of them overlap, it is
 * the last that begins inside this one, or the last before it.
 */
export function overlappingSubnet({ subnets }: Tables, subnet: AnySubnet): SubnetEntry | undefined {
  const { first, last } = edges(subnet);
  for (const { key, value } of subnets.getRange({
    start: last,
    end: [first[0], least(first)],
    reverse: true,
    limit: 1,
  })) {
    const found = edges(parseAnySubnet(value.subnet));
    return key[0] === first[0] && found.last[1] >= first[1] ? value : undefined;
  }
  return undefined;
}

/** Keys of the first and the last address: numbers, and digits of one length, which are ordered as they are. */
function edges(any: AnySubnet): { first: Key; last: Key } {
  return any.family === 4
    ? { first: ['4', any.subnet.network], last: ['4', lastAddress(any.subnet)] }
    : { first: ['6', digits(any.subnet.network)], last: ['6', digits(lastAddress6(any.subnet))] };
}

function digits(address: bigint): string {
  return address.toString(16).padStart(32, '0');
}

/** Before every key of the family. */
function least([family]: Key): number | string {
  return family === '4' ? -1 : '';
}
