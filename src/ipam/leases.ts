import {
  contains,
  firstUsable,
  formatIpv4,
  formatSubnet,
  type Ipv4,
  lastUsable,
  type Subnet,
} from '../address/index.js';
import { newError } from '../errors/index.js';
import type { Tables } from '../store/index.js';

/** A network as far as its addresses are concerned. */
export interface LeasedSubnet {
  readonly id: string;
  readonly name: string;
  readonly subnet: Subnet;
  /** The bridge's address. */
  readonly gateway: Ipv4;
  /** The router that endpoints are told of, if it is another. */
  readonly defaultGateway: Ipv4;
}

/**
 * Gives a sandbox an address: first each of the subnet in turn, then the one that was released longest ago, so that
 * an address rests as long as possible before someone else has it. The cost does not depend on the subnet's size or
 * fill. In a transaction. Throws EPOOL.
 */
export function leaseNext(tables: Tables, network: LeasedSubnet, sandbox: string): Ipv4 {
  const address = unused(tables, network) ?? rested(tables, network);
  if (address === undefined) {
    throw newError('EPOOL', { subnet: formatSubnet(network.subnet), network: network.name });
  }
  tables.leases.putSync([network.id, address], { sandbox });
  return address;
}

/** Gives a sandbox the very address it asks for. In a transaction. Throws EOUTSIDESUBNET, EADDRRESERVED, EADDRTAKEN. */
export function leaseExact(tables: Tables, network: LeasedSubnet, sandbox: string, address: Ipv4): void {
  const { id, name, subnet } = network;
  const text = formatIpv4(address);
  if (!contains(subnet, address)) {
    throw newError('EOUTSIDESUBNET', { address: text, subnet: formatSubnet(subnet), network: name });
  }
  const role = roleOf(network, address);
  if (role !== undefined) {
    throw newError('EADDRRESERVED', { address: text, role, network: name });
  }
  const lease = tables.leases.get([id, address]);
  if (lease && 'sandbox' in lease) {
    throw newError('EADDRTAKEN', { address: text, network: name, sandbox: holderName(tables, lease.sandbox) });
  }
  if (lease) {
    tables.released.removeSync([id, lease.released]);
  }
  tables.leases.putSync([id, address], { sandbox });
}

/** Takes an address back, if that sandbox has it. In a transaction. */
export function release(tables: Tables, network: string, sandbox: string, address: Ipv4): void {
  const lease = tables.leases.get([network, address]);
  if (!lease || !('sandbox' in lease) || lease.sandbox !== sandbox) {
    return;
  }
  const cursor = tables.cursors.get(network);
  if (!cursor || address >= cursor.next) {
    // Asked for before its turn, which is still to come.
    tables.leases.removeSync([network, address]);
    return;
  }
  tables.leases.putSync([network, address], { released: cursor.tail });
  tables.released.putSync([network, cursor.tail], address);
  tables.cursors.putSync(network, { ...cursor, tail: cursor.tail + 1 });
}

/** The next address that nobody ever had in turn. */
function unused(tables: Tables, network: LeasedSubnet): Ipv4 | undefined {
  const { id, subnet, gateway, defaultGateway } = network;
  const isTaken = (one: Ipv4) => one === gateway || one === defaultGateway || tables.leases.get([id, one]);
  const cursor = tables.cursors.get(id) ?? { next: firstUsable(subnet), tail: 0 };
  let address = cursor.next;
  // Each address that was asked for before its turn is passed over once.
  while (address <= lastUsable(subnet) && isTaken(address)) {
    address++;
  }
  const isThere = address <= lastUsable(subnet);
  tables.cursors.putSync(id, { ...cursor, next: isThere ? address + 1 : address });
  return isThere ? address : undefined;
}

/** The address that was released longest ago. */
function rested(tables: Tables, { id }: LeasedSubnet): Ipv4 | undefined {
  for (const { key, value } of tables.released.getRange({ start: [id, 0], end: [id, Infinity], limit: 1 })) {
    tables.released.removeSync(key);
    return value;
  }
  return undefined;
}

function roleOf({ subnet, gateway, defaultGateway }: LeasedSubnet, address: Ipv4): string | undefined {
  if (address === gateway || address === defaultGateway) {
    return 'gateway';
  }
  if (address < firstUsable(subnet)) {
    return 'network';
  }
  return address > lastUsable(subnet) ? 'broadcast' : undefined;
}

function holderName({ sandboxes }: Tables, id: string): string {
  return sandboxes.get(id)?.name ?? id.slice(0, 12);
}
