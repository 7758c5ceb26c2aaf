import { elementsOf } from '../elements.js';
import type { FirewallModel } from '../model.js';
import type { FirewallNames } from '../names.js';
import { filterTable } from './filter.js';
import { mangleTable } from './mangle.js';
import { natTable } from './nat.js';
import { rawTable } from './raw.js';
import { type Sets, setsOf } from './sets.js';
import { formatTable } from './table.js';

/** What `iptables-restore --noflush` and `ip6tables-restore --noflush` are fed with. */
export interface IptablesTexts {
  readonly ipv4: string;
  readonly ipv6: string;
}

/**
 * All rules that should be in force, those of `netplumb rules --firewall=iptables`. The chains of `PREFIX-…` are ours; a line
 * `-I CHAIN -j PREFIX-…` stands for a jump that has to be there once. Throws EBADIFNAME for an interface whose name iptables
 * would take for a pattern.
 */
export function renderIptables(model: FirewallModel, { prefix }: FirewallNames): IptablesTexts {
  const elements = elementsOf(model);
  return { ipv4: render(setsOf(elements, 4), prefix), ipv6: render(setsOf(elements, 6), prefix) };
}

/** What may come in is decided before anything is led in: `filter` before `nat`. */
function render(sets: Sets, prefix: string): string {
  const tables = [rawTable(sets), mangleTable(sets, prefix), filterTable(sets, prefix), natTable(sets, prefix)];
  return tables.map((table) => formatTable(table, prefix)).join('');
}
