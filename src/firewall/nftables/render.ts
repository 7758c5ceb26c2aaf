import { createHash } from 'node:crypto';
import type { Element } from '../element.js';
import { elementsOf } from '../elements.js';
import { groupBy } from '../group.js';
import type { FirewallModel } from '../model.js';
import type { FirewallNames } from '../names.js';
import { formatElement } from './format.js';
import { bridgeChains, inetChains } from './rules.js';
import { type SetShape, setShapes, type TableFamily } from './sets.js';

const chains: Readonly<Record<TableFamily, string>> = { inet: inetChains, bridge: bridgeChains };

/** Of sets and chains: another one whenever they are others. 8 hexadecimal digits. */
const revision = createHash('sha256')
  .update(JSON.stringify([setShapes, chains]))
  .digest('hex')
  .slice(0, 8);

/** What a table's comment says: whose it is, and of which revision its sets and chains are. */
export function tableComment({ table, digest }: FirewallNames): string {
  return `${table} ${revision} ${digest}`;
}

/** Sets without elements and all chains, for `nft -f -`: one transaction, which replaces tables of ours that are there. */
export function fixedRuleset(names: FirewallNames, families: readonly TableFamily[]): string {
  return formatTables(families, names, []);
}

/** All that should be in force, as `nft -f -` would take it. Throws EBADIFNAME for an interface that nft has no words for. */
export function renderNftables(model: FirewallModel, names: FirewallNames): string {
  const guard = model.networks.some(({ spoofGuard }) => spoofGuard);
  return formatTables(guard ? ['inet', 'bridge'] : ['inet'], names, elementsOf(model));
}

/** The same of the table alone that pins addresses to ports of bridges. */
export function renderGuard(model: FirewallModel, names: FirewallNames): string {
  return formatTables(['bridge'], names, elementsOf(model));
}

function formatTables(families: readonly TableFamily[], names: FirewallNames, elements: readonly Element[]): string {
  const bySet = groupBy(elements, ({ set }) => set);
  return families.map((family) => formatTable(family, names, bySet)).join('\n');
}

/** A table is made before it is deleted: what is not there cannot be. */
function formatTable(
  family: TableFamily,
  names: FirewallNames,
  elements: ReadonlyMap<string, readonly Element[]>,
): string {
  const name = `${family} ${names.table}`;
  const sets = Object.entries(setShapes[family]).map(([set, shape]) => formatSet(set, shape, elements.get(set) ?? []));
  return `\
add table ${name}
delete table ${name}
table ${name} {
  comment "${tableComment(names)}"

${sets.join('\n')}
${chains[family]}}
`;
}

function formatSet(name: string, shape: SetShape, elements: readonly Element[]): string {
  const { key, value, interval, typeof: compared } = shape;
  const type = compared === undefined ? `type ${key.join(' . ')}` : `typeof ${compared}`;
  const lines = elements.map((element) => `      ${formatElement(element, compared !== undefined)},\n`);
  return `\
  ${value ? 'map' : 'set'} ${name} {
    ${type}${value ? ` : ${value.join(' . ')}` : ''}
${interval ? '    flags interval\n' : ''}${lines.length > 0 ? `    elements = {\n${lines.join('')}    }\n` : ''}  }
`;
}
