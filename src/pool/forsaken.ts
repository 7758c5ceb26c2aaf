import { type EndpointContext, isAbandoned, withdraw } from '../endpoint/index.js';
import { halfDoneOf, isDead, type PoolKey, pooledFrom, type SandboxRecord } from '../store/index.js';

/** How many entries are looked at in one go. */
const chunkSize = 64;

/**
 * Makes entries ours whose process has ended, and which gc would remove: they are complete, and who starts again after a crash needs
 * them most. Those that publish ports are withdrawn, and returned to be removed: nobody has held these ports since, so somebody else may
 * have them. `bound`: whether they end with us.
 */
export function adoptForsaken(context: EndpointContext, key: Required<PoolKey>, bound: boolean): Adopted {
  const { store, owner } = context;
  const known = new Map<string, boolean>();
  const isGone = (record: SandboxRecord | undefined): record is SandboxRecord => {
    if (record?.state !== 'pooled' || !record.bound) {
      return false;
    }
    const isOver = known.get(record.owner) ?? isDead(record.owner);
    known.set(record.owner, isOver);
    return isOver;
  };
  const ids: string[] = [];
  const withPorts: SandboxRecord[] = [];
  for (let after = '', isMore = true; isMore; ) {
    const found = store.read((tables) => pooledFrom(tables, key, { after, limit: chunkSize }));
    const forsaken = store.read(({ sandboxes }) => found.map((id) => sandboxes.get(id)).filter(isGone));
    withPorts.push(...forsaken.filter(({ ports }) => ports));
    const plain = forsaken.filter(({ ports }) => !ports);
    if (plain.length > 0) {
      store.transaction(({ sandboxes }) => {
        for (const { id } of plain) {
          const record = sandboxes.get(id);
          if (isGone(record)) {
            sandboxes.putSync(id, { ...record, owner, bound });
            ids.push(id);
          }
        }
      });
    }
    after = found.at(-1) ?? '';
    isMore = found.length === chunkSize;
  }
  return { ids, withdrawn: withdraw(context, withPorts) };
}

/** Entries of a network that somebody who is gone has left half built, half taken or half removed: to be removed. */
export function halfDone(context: EndpointContext, network: string): SandboxRecord[] {
  const records = context.store.read((tables) =>
    halfDoneOf(tables, network).flatMap((id) => tables.sandboxes.get(id) ?? []),
  );
  return records.filter((record) => isAbandoned(record, context));
}

export interface Adopted {
  /** Of those that are ours now. */
  readonly ids: readonly string[];
  /** Out of the pool, to be removed. */
  readonly withdrawn: readonly SandboxRecord[];
}
