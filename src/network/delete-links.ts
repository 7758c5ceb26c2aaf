import { randomInt } from 'node:crypto';
import { NetplumbError } from '../errors/index.js';
import { type Answer, type Connection, deleteLink, setLink } from '../netlink/index.js';

/**
 * Group numbers that people and other programs do not use; two of us with the same would only delete what both want
 * gone.
 */
const lowestGroup = 2 ** 30;
const highestGroup = 2 ** 31;

/** A link as it was found or made. */
export interface KnownLink {
  readonly index: number;
  readonly name?: string | undefined;
}

/**
 * Deletes links, by index, all at once: each is put into a group of this call's own, and the group is deleted. One by one, each
 * would wait until all processors have let go of it (rcu_barrier in netdev_run_todo, net/core/dev.c); together they wait
 * once. One error or null for each; one that does not exist is none.
 */
export async function deleteLinks(connection: Connection, links: readonly KnownLink[]): Promise<(Error | null)[]> {
  if (links.length < 2) {
    return refusals(await connection.requestAll(links.map(({ index }) => deleteLink({ index }))));
  }
  const group = randomInt(lowestGroup, highestGroup);
  const silent = await groupSilently(connection, links, group);
  const others = links.filter(({ index }) => !silent.has(index));
  const marked = await connection.requestAll(others.map(({ index }) => setLink({ index, group })));
  const refused = new Map(refusals(marked).map((error, i) => [others[i]?.index, error]));
  const errors = links.map(({ index }) => refused.get(index) ?? null);
  if (silent.size === 0 && marked.every(({ error }) => error)) {
    return errors;
  }
  const [deleted] = refusals(await connection.requestAll([deleteLink({ group })]));
  return errors.map((error) => error ?? deleted ?? null);
}

/** The indexes of those that it was possible for: where it is not, there is always the request. */
async function groupSilently(connection: Connection, links: readonly KnownLink[], group: number): Promise<Set<number>> {
  const named = links.flatMap(({ index, name }) => (name === undefined ? [] : [{ index, name }]));
  const errors = named.length === 0 ? [] : await connection.groupLinks(named, group);
  return new Set(named.filter((_, i) => errors[i] === null).map(({ index }) => index));
}

function refusals(answers: readonly Answer[]): (Error | null)[] {
  return answers.map(({ error }) => (isGone(error) ? null : error));
}

function isGone(error: Error | null): boolean {
  return error instanceof NetplumbError && error.code === 'ENODEV';
}
