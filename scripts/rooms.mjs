// The rooms of native/ and src/ and their order, read from the table in docs/architecture.md, so that the page which
// people read is also the rule which is checked.
import { readFileSync } from 'node:fs';

const architecture = new URL('../docs/architecture.md', import.meta.url);

/**
 * @param {'native' | 'src'} tree
 * @returns {string[]} the rooms' names, lowest first: each may use itself and those before it
 */
export function rooms(tree) {
  const rows = readFileSync(architecture, 'utf8').matchAll(/^\| `(native|src)\/([\w-]+)\/` \|/gm);
  const names = [...rows].filter(([, where]) => where === tree).map(([, , name = '']) => name);
  if (names.length === 0) {
    throw new Error(`docs/architecture.md lists no rooms of ${tree}/`);
  }
  return names;
}
