import { shortId } from '../../address/index.js';
import type { NetworkInfo } from '../../host/index.js';
import type { Style } from './style.js';
import { formatTable } from './table.js';

const titles = ['NETWORK ID', 'NAME', 'DRIVER', 'SCOPE'];
/** Docker's columns are never narrower. */
const narrowest = 10;
const names = new Intl.Collator('en', { numeric: true });

/** In Docker's order: by name, with the numbers in it as numbers. */
export function sortNetworks(networks: readonly NetworkInfo[]): NetworkInfo[] {
  return [...networks].sort((one, other) => names.compare(one.name, other.name));
}

/** Networks, one a line, in Docker's columns. `short`: ids by their first 12 characters. */
export function formatNetworks(networks: readonly NetworkInfo[], style: Style, { short = false } = {}): string {
  const rows = networks.map(({ id, name, driver, scope }) => [short ? shortId(id) : id, name, driver, scope]);
  return formatTable(titles, rows, style, narrowest);
}
