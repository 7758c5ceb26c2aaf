import { type Dirent, readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type EndpointContext, netnsDirectory } from '../endpoint/index.js';
import { attempt, ifThere, refusable } from '../errors/index.js';
import type { Tables } from '../store/index.js';

/**
 * Removes links under /run/netns to namespaces that are gone, whoever made them: they can never be of use again. Those of
 * a sandbox on record are left to whoever detaches it.
 */
export function removeDanglingFiles({ store }: EndpointContext): { removed: string[]; errors: Error[] } {
  const dangling = listLinks().filter((name) => isDangling(pathOf(name)));
  if (dangling.length === 0) {
    return { removed: [], errors: [] };
  }
  // In a transaction, because nobody makes such a file before its name is on record.
  const outcomes = store.transaction((tables) => dangling.map((name) => attempt(() => remove(tables, name))));
  return {
    removed: outcomes.flatMap((path) => (path instanceof Error ? [] : (path ?? []))),
    errors: outcomes.filter((path) => path instanceof Error),
  };
}

function listLinks(): string[] {
  const entries = attempt((): Dirent[] => readdirSync(netnsDirectory, { withFileTypes: true }));
  return entries instanceof Error ? [] : entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
}

/** Its path, or nothing when it is not to be removed after all. */
function remove({ names }: Tables, name: string): string | undefined {
  const path = pathOf(name);
  if (names.get(name) !== undefined || !isDangling(path)) {
    return undefined;
  }
  return refusable(path, () =>
    ifThere(() => {
      unlinkSync(path);
      return path;
    }),
  );
}

function isDangling(path: string): boolean {
  // What cannot be followed for another reason (a circle, say) is none of ours to judge.
  return attempt(() => statSync(path, { throwIfNoEntry: false })) === undefined;
}

function pathOf(name: string): string {
  return join(netnsDirectory, name);
}
