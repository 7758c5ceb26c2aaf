import { reserve } from '../ipam/index.js';
import { addNetwork, type NetworkRecord, type Tables } from '../store/index.js';

/** With the addresses that are never a sandbox's. In a transaction. Throws ENAMEINUSE. */
export function putOnRecord(tables: Tables, record: NetworkRecord): void {
  addNetwork(tables, record);
  reserve(tables, record);
}
