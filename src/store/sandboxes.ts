import type { Reference } from '../address/index.js';
import { newError } from '../errors/index.js';
import { noteSandbox } from './changes.js';
import { forgetPooled, noteHalfDone } from './pooled.js';
import type { SandboxRecord } from './records.js';
import { findByReference } from './reference.js';
import type { Tables } from './store.js';

/** Writes a new record and reserves its name. In a transaction. Throws ENAMEINUSE. */
export function addSandbox(tables: Tables, record: SandboxRecord): void {
  const { names, sandboxes } = tables;
  refuseTakenName(tables, record.name);
  names.putSync(record.name, record.id);
  sandboxes.putSync(record.id, record);
  noteHalfDone(tables, record);
  noteSandbox(tables, undefined, record);
}

/** Throws ENAMEINUSE for the name of a sandbox that there is. */
export function refuseTakenName({ names }: Pick<Tables, 'names'>, name: string): void {
  const holder = names.get(name);
  if (holder !== undefined) {
    throw newError('ENAMEINUSE', { kind: 'sandbox', name, id: holder.slice(0, 12) });
  }
}

/**
 * Replaces a record by one that differs in state, cookie or endpoints. In a transaction. `before`: what it replaces, where the
 * caller knows; it is read otherwise.
 */
export function updateSandbox(tables: Tables, record: SandboxRecord, before?: SandboxRecord): void {
  const { cookies, sandboxes } = tables;
  if (record.state === 'ready' || record.state === 'changing') {
    noteSandbox(tables, before ?? sandboxes.get(record.id), record);
  }
  sandboxes.putSync(record.id, record);
  // A namespace that two sandboxes name belongs to the one that joined it first.
  if (record.cookie !== undefined && record.netns.kind !== 'shared' && cookies.get(record.cookie) === undefined) {
    cookies.putSync(record.cookie, record.id);
  }
}

/** Removes a record and what points to it. In a transaction; nothing happens when it is gone already. */
export function removeSandbox(tables: Tables, record: SandboxRecord): void {
  const { cookies, names, sandboxes } = tables;
  const { id, name, cookie } = record;
  if (names.get(name) === id) {
    names.removeSync(name);
  }
  if (cookie !== undefined && cookies.get(cookie) === id) {
    cookies.removeSync(cookie);
  }
  forgetPooled(tables, record);
  if (sandboxes.removeSync(id)) {
    noteSandbox(tables, record, undefined);
  }
}

/** The sandbox that a reference means; nothing when there is none, or only one that waits in a pool. Throws EAMBIGUOUS. */
export function findSandbox({ names, sandboxes }: Tables, reference: Reference): SandboxRecord | undefined {
  const found = findByReference(names, sandboxes, reference, 'sandbox');
  return found?.state === 'pooled' ? undefined : found;
}

/** Every sandbox on record, those in pools too, oldest first. */
export function allSandboxes({ sandboxes }: Tables): SandboxRecord[] {
  const records = [...sandboxes.getRange({})].map(({ value }) => value);
  return records.sort((one, other) => one.created - other.created);
}
