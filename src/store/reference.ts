import type { Reference } from '../address/index.js';
import { newError } from '../errors/index.js';
import type { Table } from './store.js';

/** Of a whole id (newId). */
const idLength = 64;

/** What a reference means among records with names and ids; nothing when there is none. Throws EAMBIGUOUS. */
export function findByReference<Item>(
  names: Table<string, string>,
  records: Table<Item, string>,
  { name, idPrefix }: Reference,
  kind: string,
): Item | undefined {
  const id = name === undefined ? undefined : names.get(name);
  if (id !== undefined) {
    return records.get(id);
  }
  if (idPrefix === undefined) {
    return undefined;
  }
  if (idPrefix.length === idLength) {
    return records.get(idPrefix);
  }
  // The greatest hexadecimal digit is "f".
  const found = [...records.getRange({ start: idPrefix, end: `${idPrefix}g`, limit: 2 })];
  if (found.length > 1) {
    throw newError('EAMBIGUOUS', { prefix: idPrefix, kind });
  }
  return found[0]?.value;
}
