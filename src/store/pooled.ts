import { noteSandbox } from './changes.js';
import { nobody } from './owner.js';
import type { SandboxRecord } from './records.js';
import type { Tables } from './store.js';

/** Which entries of pools are meant: those of a network, and of one shape if it is given. */
export interface PoolKey {
  /** The network's id. */
  readonly network: string;
  readonly shape?: string;
}

/** Behind all that begins with a shape. */
const last = '~';

/** Rows of entries that are on their way into or out of their pool begin with this instead: they are found when their maker has died. */
const halfDone = '~ ';

/** Puts a sandbox that has been completed into its pool: from here on anybody may take it. In a transaction. */
export function shelveSandbox(tables: Tables, record: SandboxRecord): void {
  const { sandboxes, cookies, pooled } = tables;
  const { id, cookie } = record;
  const row = rowOf(record);
  forgetPooled(tables, record);
  sandboxes.putSync(id, { ...record, state: 'pooled' });
  if (cookie !== undefined) {
    cookies.putSync(cookie, id);
  }
  if (row) {
    pooled.putSync(row, true);
  }
}

/**
 * Replaces the record of an entry, `before`, by that of the sandbox it becomes: of another name if that is wished, which has to be
 * free. Nobody else finds it in the pool any more. One that is to be finished yet has its mark still. In a transaction.
 */
export function takeSandbox(tables: Tables, before: SandboxRecord, after: SandboxRecord): void {
  const { names, sandboxes, pooled } = tables;
  const row = rowOf(before);
  if (row) {
    pooled.removeSync(row);
  }
  noteHalfDone(tables, after);
  if (after.name !== before.name) {
    names.removeSync(before.name);
    names.putSync(after.name, after.id);
  }
  sandboxes.putSync(after.id, after);
  noteSandbox(tables, before, after);
}

/**
 * Takes an entry out of its pool for good, if nobody has taken it: it is leaving, and whoever comes first may remove it. Returns its
 * record then. In a transaction.
 */
export function withdrawSandbox(tables: Tables, id: string): SandboxRecord | undefined {
  const record = tables.sandboxes.get(id);
  if (record?.state !== 'pooled') {
    return undefined;
  }
  const leaving: SandboxRecord = { ...record, state: 'leaving', owner: nobody };
  tables.sandboxes.putSync(id, leaving);
  forgetPooled(tables, record);
  noteHalfDone(tables, leaving);
  return leaving;
}

/** Ids of up to `limit` entries, in the order of their ids within a shape; of one shape from behind `after`. */
export function pooledFrom(
  { pooled }: Pick<Tables, 'pooled'>,
  { network, shape }: PoolKey,
  { after = '', limit = Number.MAX_SAFE_INTEGER }: { readonly after?: string; readonly limit?: number } = {},
): string[] {
  const prefix = shape === undefined ? '' : `${shape} `;
  // A space sorts before every character of an id.
  const start = after === '' ? prefix : `${prefix}${after} `;
  const keys = pooled.keys({ start: [network, start], end: [network, prefix + last], limit });
  return Array.from(keys, ([, row]) => row.slice(row.indexOf(' ') + 1));
}

/** How many there are. */
export function countPooled({ pooled }: Pick<Tables, 'pooled'>, { network, shape }: PoolKey): number {
  const prefix = shape === undefined ? '' : `${shape} `;
  return pooled.count({ start: [network, prefix], end: [network, prefix + last] });
}

/** Ids of the networks for which there are entries, also half done. The cost depends on their number alone. */
export function networksOfPools({ pooled }: Pick<Tables, 'pooled'>): string[] {
  const networks: string[] = [];
  for (let start: [string, string] = ['', '']; ; start = [networks.at(-1) ?? '', last + last]) {
    const [key] = [...pooled.keys({ start, limit: 1 })];
    if (!key) {
      return networks;
    }
    networks.push(key[0]);
  }
}

/** The shapes of a network's entries. The cost depends on their number alone. */
export function shapesOfPool({ pooled }: Pick<Tables, 'pooled'>, network: string): string[] {
  const shapes: string[] = [];
  for (let start = ''; ; start = `${shapes.at(-1)} ${last}`) {
    const [key] = [...pooled.keys({ start: [network, start], end: [network, last], limit: 1 })];
    if (!key) {
      return shapes;
    }
    shapes.push(key[1].slice(0, key[1].indexOf(' ')));
  }
}

/** Notes that an entry is on its way into or out of its pool; of other sandboxes nothing. In a transaction. */
export function noteHalfDone({ pooled }: Pick<Tables, 'pooled'>, record: SandboxRecord): void {
  const row = rowOf(record, halfDone);
  if (row) {
    pooled.putSync(row, true);
  }
}

/** Ids of a network's entries that are on their way into or out of their pool. */
export function halfDoneOf({ pooled }: Pick<Tables, 'pooled'>, network: string): string[] {
  const range = {
    start: [network, halfDone] as [string, string],
    end: [network, `${halfDone}${last}`] as [string, string],
  };
  return Array.from(pooled.keys(range), ([, row]) => row.slice(halfDone.length));
}

/** Takes what is no entry off this table, if it is there. In a transaction. */
export function dropRow({ pooled }: Pick<Tables, 'pooled'>, { network, shape }: Required<PoolKey>, id: string): void {
  pooled.removeSync([network, `${shape} ${id}`]);
}

/** Takes a sandbox off this table, if it is there. In a transaction. */
export function forgetPooled({ pooled }: Pick<Tables, 'pooled'>, record: SandboxRecord): void {
  for (const row of [rowOf(record), rowOf(record, halfDone)]) {
    if (row) {
      pooled.removeSync(row);
    }
  }
}

/** By its first network: an entry has no other. */
function rowOf({ id, pool, endpoints: [first] }: SandboxRecord, prefix?: string): [string, string] | undefined {
  return pool && first ? [first.network, `${prefix ?? `${pool.shape} `}${id}`] : undefined;
}
