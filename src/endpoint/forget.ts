import { holderOf, release } from '../ipam/index.js';
import { givePortBack } from '../network/index.js';
import { type EndpointRecord, removeSandbox, type SandboxRecord, type Tables, updateSandbox } from '../store/index.js';
import { removeAliases } from './record-names.js';
import { forgetService } from './record-service.js';

/** Removes all records of a sandbox of which no kernel object is left. In a transaction; can be repeated. */
export function forgetSandbox(tables: Tables, record: SandboxRecord): void {
  for (const endpoint of record.endpoints) {
    releaseAddresses(tables, record, endpoint);
    forgetFarEnd(tables, endpoint);
  }
  forgetService(tables, record);
  removeSandbox(tables, record);
}

/** A link between two sandboxes ends at both ends at once. In a transaction; can be repeated. */
export function forgetFarEnd(tables: Tables, { link }: EndpointRecord): void {
  const other = link && tables.sandboxes.get(link.peer);
  const end = other?.endpoints.find((one) => one.link?.id === link?.id);
  if (other && end) {
    releaseAddresses(tables, other, end);
    updateSandbox(tables, { ...other, endpoints: other.endpoints.filter((one) => one !== end) });
  }
}

/** Takes an endpoint's port, addresses and aliases back. In a transaction; can be repeated. */
export function releaseAddresses(tables: Tables, { id }: SandboxRecord, endpoint: EndpointRecord): void {
  const { network, address, address6 } = endpoint;
  if (holderOf(tables, network, address) === id) {
    givePortBack(tables, endpoint);
  }
  release(tables, network, id, address);
  if (address6 !== undefined) {
    release(tables, network, id, address6);
  }
  removeAliases(tables, id, endpoint);
}
