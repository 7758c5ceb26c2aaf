import { setImmediate } from 'node:timers/promises';
import { attempt, fromKernel, NetplumbError } from '../../errors/index.js';

/** So many sandboxes' files are looked after in one go, before others get their turn: some milliseconds. */
const chunkSize = 32;

/** What became of each, in order; others get their turn in between. */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Promise<(Result | Error)[]> {
  const outcomes: (Result | Error)[] = [];
  for (let at = 0; at < items.length; at += chunkSize) {
    if (at > 0) {
      await setImmediate();
    }
    outcomes.push(...items.slice(at, at + chunkSize).map((item) => attempt(() => work(item))));
  }
  return outcomes;
}

/** Throws the first error among them, if there is one. */
export function throwFirst(outcomes: readonly unknown[]): void {
  const error = outcomes.find((outcome) => outcome instanceof Error);
  if (error) {
    throw error;
  }
}

/** Node's error as one of ours, about `object` if it names no file; anything else as it is. */
export function refusal(object: string, error: unknown): unknown {
  const { errno, syscall, path } = error as NodeJS.ErrnoException;
  return errno === undefined || error instanceof NetplumbError
    ? error
    : fromKernel({ errno, operation: syscall, object: path ?? object, cause: error });
}
