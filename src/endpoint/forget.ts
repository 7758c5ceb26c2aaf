import { release } from '../ipam/index.js';
import { type EndpointRecord, removeSandbox, type SandboxRecord, type Tables } from '../store/index.js';

/** Removes all records of a sandbox of which no kernel object is left. In a transaction; can be repeated. */
export function forgetSandbox(tables: Tables, record: SandboxRecord): void {
  for (const endpoint of record.endpoints) {
    releaseAddresses(tables, record, endpoint);
  }
  removeSandbox(tables, record);
}

/** Takes an endpoint's addresses back. In a transaction; can be repeated. */
export function releaseAddresses(tables: Tables, { id }: SandboxRecord, endpoint: EndpointRecord): void {
  const { network, address, address6 } = endpoint;
  release(tables, network, id, address);
  if (address6 !== undefined) {
    release(tables, network, id, address6);
  }
}
