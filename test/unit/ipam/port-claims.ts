import { expect } from 'vitest';
import { type PublishedPort, parsePublish } from '../../../src/address/index.js';
import { attempt } from '../../../src/errors/index.js';
import { type ClaimOptions, claimPorts, releasePorts } from '../../../src/ipam/index.js';
import type { Store, Tables } from '../../../src/store/index.js';

export const both: ClaimOptions = { families: [4, 6], range: { first: 40000, last: 40003 } };
export const only4: ClaimOptions = { ...both, families: [4] };

/** Claims what is written so; a refusal does not undo the transaction: attaches share one. */
export function claim(
  store: Store,
  sandbox: string,
  specs: readonly string[],
  options: ClaimOptions = only4,
): PublishedPort[] {
  const wishes = specs.flatMap(parsePublish);
  const claimed = store.transaction((tables) => attempt(() => claimPorts(tables, sandbox, wishes, options)));
  if (claimed instanceof Error) {
    throw claimed;
  }
  return claimed;
}

export const release = (store: Store, sandbox: string, ports: readonly PublishedPort[]) =>
  store.transaction((tables) => releasePorts(tables, sandbox, ports));

export const numbers = (ports: readonly PublishedPort[]) => ports.map(({ hostPort }) => hostPort);

/** All that is on record of ports. */
export const contentOf = ({ ports, released, cursors }: Tables) =>
  [ports, released, cursors].map((table) => [...table.getRange({})]);

export const content = (store: Store) => store.read(contentOf);

/** Does something in a transaction that is then taken back: the next one begins with nothing again. */
export function tryOut(store: Store, work: (tables: Tables) => void): void {
  const takenBack = new Error('taken back');
  expect(() =>
    store.transaction((tables) => {
      work(tables);
      throw takenBack;
    }),
  ).toThrow(takenBack);
}
