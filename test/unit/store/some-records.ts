import { open, type RootDatabase } from 'lmdb';
import { sealedTable } from '../../../src/store/seal.js';
import { StateFile } from '../../../src/store/state-file.js';
import type { Table } from '../../../src/store/store.js';
import { Transactions } from '../../../src/store/transactions.js';
import { asThrown } from '../../support/refusals.js';

type Key = string | [string, string | number];

/** Tables such as a host's, in the current file of a run directory. */
export interface Records {
  readonly file: StateFile;
  readonly root: RootDatabase;
  readonly transactions: Transactions;
  readonly tables: Readonly<Record<string, Table<unknown, Key>>>;
  close(): Promise<void>;
}

const names = ['sandboxes', 'names', 'leases', 'released', 'networks'];

export function openRecords(directory: string): Records {
  const { file, root } = StateFile.open(
    directory,
    (path) => open({ path, noSync: true, maxDbs: 16 }),
    (root) => void root.close(),
  );
  const transactions = new Transactions(file.path, root);
  const tables = transactions.run(() =>
    Object.fromEntries(names.map((name) => [name, sealedTable<unknown, Key>(root, name, asThrown)])),
  );
  const close = async () => {
    await file.close(() => root.close());
    transactions.close();
  };
  return { file, root, transactions, tables, close };
}

/** Sandboxes with name and lease, some of them gone again, and networks that need pages of their own. */
export function makeRecords(records: Records, count: number): void {
  addSome(records, 2 * count);
  for (let number = 0; number < 2 * count; number += 2) {
    records.transactions.run(() => removeSandbox(records.tables, number));
  }
}

export function addSome({ transactions, tables }: Records, count: number): void {
  for (let number = 0; number < count; number++) {
    transactions.run(() => addSandbox(tables, number));
  }
}

function addSandbox({ sandboxes, names, leases, networks }: Records['tables'], number: number): void {
  const id = idOf('sandbox', number);
  const endpoint = {
    network: idOf('network', 0),
    address: `172.17.0.${number}`,
    macAddress: '02:42:ac:11:00:02',
    mtu: 1500,
  };
  sandboxes?.putSync(id, { id, name: `sandbox-${number}`, state: 'ready', created: number, endpoints: [endpoint] });
  names?.putSync(`sandbox-${number}`, id);
  leases?.putSync([endpoint.network, number], { sandbox: id });
  if (number % 40 < 2) {
    networks?.putSync(idOf('network', number), { labels: { text: `${number} `.repeat(1000) } });
  }
}

function removeSandbox({ sandboxes, names, leases, released, networks }: Records['tables'], number: number): void {
  sandboxes?.removeSync(idOf('sandbox', number));
  names?.removeSync(`sandbox-${number}`);
  leases?.putSync([idOf('network', 0), number], { released: number });
  released?.putSync([idOf('network', 0), number], number);
  if (number % 40 < 2) {
    networks?.removeSync(idOf('network', number));
  }
}

/** All records, by table and key; tables that have none are left out. */
export function contentOf({ root, tables }: Records): Record<string, unknown> {
  root.resetReadTxn();
  const content = Object.entries(tables).map(([name, table]) => [name, [...table.getRange({})]] as const);
  return Object.fromEntries(content.filter(([, records]) => records.length > 0));
}

/** 64 digits that are in no order. */
function idOf(kind: string, number: number): string {
  const mixed = (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return mixed.repeat(7) + Buffer.from(kind).toString('hex').slice(0, 8);
}
