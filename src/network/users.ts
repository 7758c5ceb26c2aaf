import { newError } from '../errors/index.js';
import { holders } from '../ipam/index.js';
import type { NetworkRecord, Tables } from '../store/index.js';
import { isBuiltin } from './builtin.js';

const poolAsUser = 'its pool';

/** Throws EBUILTIN, ENETWORKINUSE. */
export function refuseRemoval(tables: Tables, record: NetworkRecord): void {
  const { name } = record;
  if (isBuiltin(name)) {
    throw newError('EBUILTIN', { network: name, done: 'removed' });
  }
  const users = usersOf(tables, record);
  if (users.length > 0) {
    const isPool = users.length === 1 && users[0] === poolAsUser;
    const hint = `Take it down with "netplumb pool drain ${name}", then try again.`;
    throw newError('ENETWORKINUSE', { network: name, users: users.join(', ') }, isPool ? { hint } : {});
  }
}

/** Names of the sandboxes with an address in the network; those that wait in its pool are one user together. */
export function usersOf(tables: Tables, record: NetworkRecord): string[] {
  const ids = new Set([...holders(tables, record)].map(({ sandbox }) => sandbox));
  const users = [...ids].map((id) => {
    const sandbox = tables.sandboxes.get(id);
    return sandbox?.pool ? poolAsUser : (sandbox?.name ?? id.slice(0, 12));
  });
  return [...new Set(users)];
}
