import type { Reference } from '../address/index.js';
import { newError } from '../errors/index.js';
import { noteNetwork } from './changes.js';
import type { NetworkRecord } from './records.js';
import { findByReference } from './reference.js';
import type { Tables } from './store.js';
import { addSubnets, removeSubnets } from './subnets.js';

/** Writes a new record and reserves its name. In a transaction. Throws ENAMEINUSE. */
export function addNetwork(tables: Tables, record: NetworkRecord): void {
  const { networkNames, networks } = tables;
  const holder = networkNames.get(record.name);
  if (holder !== undefined) {
    throw newError('ENAMEINUSE', { kind: 'network', name: record.name, id: holder.slice(0, 12) });
  }
  networkNames.putSync(record.name, record.id);
  networks.putSync(record.id, record);
  addSubnets(tables, record);
  if (record.ours && record.interface !== undefined) {
    tables.interfaces.putSync(record.interface, record.id);
  }
  noteNetwork(tables, 'created', record);
}

/** Removes a record and what points to it. In a transaction; nothing happens when it is gone already. */
export function removeNetwork(tables: Tables, record: NetworkRecord): void {
  const { networkNames, networks } = tables;
  const { id, name } = record;
  if (networkNames.get(name) === id) {
    networkNames.removeSync(name);
  }
  if (record.ours && tables.interfaces.get(record.interface ?? '') === id) {
    tables.interfaces.removeSync(record.interface ?? '');
  }
  removeSubnets(tables, record);
  if (networks.removeSync(id)) {
    noteNetwork(tables, 'removed', record);
  }
}

/** The network that a reference means; nothing when there is none. Throws EAMBIGUOUS. */
export function findNetwork({ networkNames, networks }: Tables, reference: Reference): NetworkRecord | undefined {
  return findByReference(networkNames, networks, reference, 'network');
}

/** Every network on record, oldest first; those of one millisecond, as the first three, by name. */
export function allNetworks({ networks }: Tables): NetworkRecord[] {
  const records = [...networks.getRange({})].map(({ value }) => value);
  return records.sort((one, other) => one.created - other.created || (one.name < other.name ? -1 : 1));
}
