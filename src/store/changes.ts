import type { EndpointRecord, NetworkRecord, SandboxRecord } from './records.js';
import type { Tables } from './store.js';

/** What a transaction did to records, for those who follow them: in whichever process they are. */
export type RecordChange = {
  /** Counts all changes of this boot, from 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly time: number;
} & (SandboxChange | NetworkChange);

export interface SandboxChange {
  readonly kind: 'sandbox';
  readonly id: string;
  readonly name: string;
  readonly mode: SandboxRecord['mode'];
  /** Absent: it stays, and only endpoints were added or removed. */
  readonly action?: 'attached' | 'detached';
  readonly connected: readonly EndpointRecord[];
  readonly disconnected: readonly EndpointRecord[];
}

export interface NetworkChange {
  readonly kind: 'network';
  readonly action: 'created' | 'removed';
  readonly network: NetworkRecord;
}

/** How many changes are kept for followers that are busy: about two seconds' of attaching as fast as the kernel can. */
export const changesKept = 4096;

const counter = 'changes';

/** The number of the latest change; 0 when there was none. */
export function latestChange({ counters }: Tables): number {
  return counters.get(counter) ?? 0;
}

/**
 * Up to `limit` changes after the one of that number, oldest first; undefined when some of them are kept no longer, or when the
 * records were begun anew.
 */
export function changesAfter(tables: Tables, number: number, limit: number): RecordChange[] | undefined {
  const latest = latestChange(tables);
  if (latest < number || latest - number > changesKept) {
    return undefined;
  }
  const count = Math.min(limit, latest - number);
  const found = Array.from({ length: count }, (_, i) => tables.changes.get(placeOf(number + 1 + i)));
  return found.filter((change) => change !== undefined);
}

/**
 * Notes what becomes of a sandbox's record, if it is more than one step on the way. An endpoint counts as disconnected as
 * soon as its removal begins, a sandbox as detached when all of it is gone. In the transaction.
 */
export function noteSandbox(tables: Tables, before: SandboxRecord | undefined, after: SandboxRecord | undefined): void {
  const record = after ?? before;
  const action = actionOf(before, after);
  const [was, is] = [settledOf(before), settledOf(after)];
  const connected = without(is, was);
  const disconnected = without(was, is);
  if (record && (action || connected.length > 0 || disconnected.length > 0)) {
    const { id, name, mode } = record;
    note(tables, { kind: 'sandbox', id, name, mode, ...(action && { action }), connected, disconnected });
  }
}

/** Notes that a network was put on record or taken off. In the transaction. */
export function noteNetwork(tables: Tables, action: NetworkChange['action'], network: NetworkRecord): void {
  note(tables, { kind: 'network', action, network });
}

function note(tables: Tables, change: SandboxChange | NetworkChange): void {
  const number = latestChange(tables) + 1;
  tables.counters.putSync(counter, number);
  tables.changes.putSync(placeOf(number), { number, time: Date.now(), ...change });
}

/** The oldest makes room for the newest. */
function placeOf(number: number): string {
  return String(number % changesKept);
}

function actionOf(before: SandboxRecord | undefined, after: SandboxRecord | undefined): SandboxChange['action'] {
  if (isAttached(before) === isAttached(after)) {
    return undefined;
  }
  return after ? 'attached' : 'detached';
}

/** Also one that is leaving, unless it never got so far as to be known by its namespace, or out of its pool. */
function isAttached(record: SandboxRecord | undefined): boolean {
  if (record === undefined || record.state === 'pending' || record.pool !== undefined) {
    return false;
  }
  const { cookie, netns } = record;
  return cookie !== undefined || netns.kind === 'host' || netns.kind === 'shared';
}

function settledOf(record: SandboxRecord | undefined): readonly EndpointRecord[] {
  return record && isAttached(record) ? record.endpoints.filter(({ unsettled }) => !unsettled) : [];
}

function without(ones: readonly EndpointRecord[], others: readonly EndpointRecord[]): EndpointRecord[] {
  return ones.filter(({ id }) => !others.some((other) => other.id === id));
}
