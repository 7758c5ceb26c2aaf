import { parseIpv4 } from '../address/index.js';
import { release } from '../ipam/index.js';
import { removeSandbox, type SandboxRecord, type Tables } from '../store/index.js';

/** Removes all records of a sandbox of which no kernel object is left. In a transaction; can be repeated. */
export function forgetSandbox(tables: Tables, record: SandboxRecord): void {
  if (record.endpoint) {
    release(tables, record.endpoint.network, record.id, parseIpv4(record.endpoint.address));
  }
  removeSandbox(tables, record);
}
