import { isDead, type SandboxRecord } from '../store/index.js';
import type { EndpointContext } from './context.js';

/** Who asks, and what it is doing itself. */
type Asker = Pick<EndpointContext, 'owner' | 'working'>;

/** Whether somebody is attaching, changing or detaching it at this moment: this host or another, of this process or another. */
export function isBusy(record: SandboxRecord, { owner, working }: Asker): boolean {
  if (record.state === 'ready' || record.state === 'pooled') {
    return false;
  }
  const { changer = record.owner } = record;
  return changer === owner ? working.has(record.id) : !isDead(changer);
}

/**
 * Whether whoever was attaching or detaching it is gone, or it was to end with a process that has ended. Not one that waits in a pool:
 * somebody may take it at this moment, so whoever wants to remove it has to withdraw it first (pooled.ts).
 */
export function isAbandoned(record: SandboxRecord, context: Asker): boolean {
  if (record.state === 'pooled') {
    return false;
  }
  const isSettled = record.state === 'ready' || record.state === 'changing';
  return isSettled ? record.bound && isDead(record.owner) : !isBusy(record, context);
}

/** Whether whoever was connecting or disconnecting it is gone. */
export function isHalfChanged(record: SandboxRecord, context: Asker): boolean {
  return record.state === 'changing' && !isBusy(record, context);
}
