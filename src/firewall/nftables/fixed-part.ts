import { createHash } from 'node:crypto';
import { newError } from '../../errors/index.js';
import { findTool, listTableRules } from '../../netlink/index.js';
import type { BackendContext } from '../backend.js';
import { firewallNames } from '../names.js';
import { tableRef } from './entries.js';
import { fixedRuleset, tableComment } from './render.js';

import type { TableFamily } from './sets.js';

/** What is remembered of a table that was loaded. */
interface Note {
  /** What the sets and rules were. */
  readonly comment: string;
  /** What the kernel made of them. */
  readonly digest: string;
}

/** Whether a table was ever loaded since the boot. */
export function wasLoaded(family: TableFamily, { store }: Pick<BackendContext, 'store'>): boolean {
  return store.read(({ firewall }) => firewall.get(noteOf(family))) !== undefined;
}

/** Whether the chains of a table are in the kernel as they were loaded, rule by rule. */
export async function isIntact(family: TableFamily, context: BackendContext): Promise<boolean> {
  const note = context.store.read(({ firewall }) => firewall.get(noteOf(family))) as Note | undefined;
  return (
    note?.comment === tableComment(firewallNames(context.store.directory)) &&
    note.digest === (await digestOf(family, context))
  );
}

/**
 * Loads a table's sets, without elements, and chains; one that is there is replaced. Throws ENOTOOL without nft, ERULES with what
 * nft says.
 */
export async function load(family: TableFamily, context: BackendContext): Promise<void> {
  const { connection, store } = context;
  const names = firewallNames(store.directory);
  const input = fixedRuleset(names, [family]);
  const { code, errors } = await connection.runTool({
    candidates: [await findTool('nft')],
    arguments: ['-f', '-'],
    input,
  });
  if (code !== 0) {
    const reason = errors.trim().split('\n')[0] ?? `nft ended with ${code}`;
    throw newError('ERULES', { table: `${family} ${names.table}`, reason });
  }
  const note: Note = { comment: tableComment(names), digest: await digestOf(family, context) };
  store.transaction(({ firewall }) => firewall.putSync(noteOf(family), { ...note }));
}

function noteOf(family: TableFamily): string {
  return `table ${family}`;
}

/** Of all rules in their order: what each looks at and what it does, not how the kernel numbers them. */
async function digestOf(family: TableFamily, { connection, store }: BackendContext): Promise<string> {
  const rules = await connection.list(listTableRules(tableRef(family, firewallNames(store.directory))));
  const hash = createHash('sha256');
  for (const { chain, expressions = [] } of rules) {
    hash.update(`\n${chain}`);
    for (const { name, data = '' } of expressions) {
      hash.update(` ${name} `).update(data);
    }
  }
  return hash.digest('hex');
}
