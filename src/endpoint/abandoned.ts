import { isDead, type SandboxRecord } from '../store/index.js';
import type { EndpointContext } from './context.js';

/** Whether somebody is attaching or detaching it at this moment: this host or another, of this process or another. */
export function isBusy(record: SandboxRecord, { owner, working }: EndpointContext): boolean {
  if (record.state === 'ready') {
    return false;
  }
  return record.owner === owner ? working.has(record.id) : !isDead(record.owner);
}

/** Whether whoever was attaching or detaching it is gone, or it was to end with a process that has ended. */
export function isAbandoned(record: SandboxRecord, context: EndpointContext): boolean {
  return record.state === 'ready' ? record.bound && isDead(record.owner) : !isBusy(record, context);
}
