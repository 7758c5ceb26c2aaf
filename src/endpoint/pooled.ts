import { attempt } from '../errors/index.js';
import { inodeOf } from '../netlink/file.js';
import { isDead, type SandboxRecord, shelveSandbox, type Tables, withdrawSandbox } from '../store/index.js';
import type { EndpointContext } from './context.js';

/** Puts a sandbox that is complete into its pool, with what its namespace is known by. In a transaction. */
export function shelve(tables: Tables, record: SandboxRecord): void {
  const { pool, pin } = record;
  const inode = pin === undefined ? undefined : inodeThere(pin);
  shelveSandbox(tables, { ...record, ...(pool && { pool: { ...pool, ...(inode !== undefined && { inode }) } }) });
}

/**
 * Whether the file of an entry's namespace still leads there: one that was unmounted or removed, or was made anew for another
 * namespace, does not. Looks at that file alone, not at the links in there, or at rules.
 */
export function isWhole({ pin, pool }: SandboxRecord): boolean {
  return pin !== undefined && pool?.inode !== undefined && inodeThere(pin) === pool.inode;
}

/** Whether an entry was to end with a process that has ended. */
export function isForsaken({ state, bound, owner }: SandboxRecord): boolean {
  return state === 'pooled' && bound && isDead(owner);
}

/**
 * Takes entries out of their pools, all but those that somebody has taken since they were read, or removes already. Returns those that
 * are to be removed now; by whom that was begun last is of no matter.
 */
export function withdraw(
  { store }: Pick<EndpointContext, 'store'>,
  records: readonly Pick<SandboxRecord, 'id'>[],
): SandboxRecord[] {
  return records.length === 0
    ? []
    : store.transaction((tables) => records.flatMap(({ id }) => withdrawSandbox(tables, id) ?? []));
}

/** Nothing for a file that is not there, or that cannot be looked at. */
function inodeThere(path: string): number | undefined {
  const found = attempt(() => inodeOf(path));
  return found instanceof Error ? undefined : found;
}
