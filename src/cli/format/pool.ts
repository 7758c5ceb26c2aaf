import type { PoolInfo } from '../../host/index.js';
import type { Style } from './style.js';
import { formatTable } from './table.js';

const titles = ['NETWORK', 'SIZE', 'PUBLISHED', 'EXPOSED'];

/** What waits of each network, those with the same ports in one line. */
export function formatPools(pools: readonly PoolInfo[], style: Style): string {
  const rows = pools.map(({ network, size, publish, expose }) => [
    network,
    String(size),
    publish.join(', ') || undefined,
    expose.join(', ') || undefined,
  ]);
  return formatTable(titles, rows, style);
}
