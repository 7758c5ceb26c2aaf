import { detachRecords, type EndpointContext, withdraw } from '../endpoint/index.js';
import { newError, throwFirst } from '../errors/index.js';
import { type PoolKey, pooledFrom } from '../store/index.js';
import { halfDone } from './forsaken.js';
import type { TakeOptions } from './spec.js';

/** How many entries are removed together, so that who takes meanwhile finds some. */
const chunkSize = 256;

/** Removes all entries, and what processes that have ended have left half done. Returns how many of the first. */
export async function drain(context: EndpointContext, key: PoolKey, { signal }: TakeOptions = {}): Promise<number> {
  throwFailure(await detachRecords(context, halfDone(context, key.network)));
  for (let count = 0; ; ) {
    if (signal?.aborted) {
      throw newError('EABORTED', {}, { cause: signal.reason });
    }
    const ids = context.store.read((tables) => pooledFrom(tables, key, { limit: chunkSize }));
    if (ids.length === 0) {
      return count;
    }
    count += await removeEntries(context, ids);
  }
}

/** Removes those entries that nobody has taken, and returns how many. Throws the first of the errors of their removal. */
export async function removeEntries(context: EndpointContext, ids: readonly string[]): Promise<number> {
  let count = 0;
  for (let i = 0; i < ids.length; i += chunkSize) {
    const part = ids.slice(i, i + chunkSize);
    const withdrawn = withdraw(
      context,
      part.map((id) => ({ id })),
    );
    throwFailure(await detachRecords(context, withdrawn));
    count += withdrawn.length;
  }
  return count;
}

/** Throws the first error, if there is one. */
export function throwFailure(results: readonly { readonly error?: Error }[]): void {
  throwFirst(results.map(({ error }) => error));
}
