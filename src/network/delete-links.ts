import { randomInt } from 'node:crypto';
import { NetplumbError } from '../errors/index.js';
import { type Answer, type Connection, deleteLink, setLink } from '../netlink/index.js';

/**
 * Group numbers that people and other programs do not use; two of us with the same would only delete what both want
 * gone.
 */
const lowestGroup = 2 ** 30;
const highestGroup = 2 ** 31;

/**
 * Deletes links, by index, all at once: each is put into a group of this call's own, and the group is deleted. One by one, each
 * would wait until all processors have let go of it (rcu_barrier in netdev_run_todo, net/core/dev.c); together they wait
 * once. One error or null for each; one that does not exist is none.
 */
export async function deleteLinks(connection: Connection, indexes: readonly number[]): Promise<(Error | null)[]> {
  if (indexes.length < 2) {
    return refusals(await connection.requestAll(indexes.map((index) => deleteLink({ index }))));
  }
  const group = randomInt(lowestGroup, highestGroup);
  const marked = await connection.requestAll(indexes.map((index) => setLink({ index, group })));
  const errors = refusals(marked);
  if (marked.every(({ error }) => error)) {
    return errors;
  }
  const [deleted] = refusals(await connection.requestAll([deleteLink({ group })]));
  return errors.map((error) => error ?? deleted ?? null);
}

function refusals(answers: readonly Answer[]): (Error | null)[] {
  return answers.map(({ error }) => (isGone(error) ? null : error));
}

function isGone(error: Error | null): boolean {
  return error instanceof NetplumbError && error.code === 'ENODEV';
}
