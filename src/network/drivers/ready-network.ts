import { poolsOf } from '../../ipam/index.js';
import type { NetworkRecord } from '../../store/index.js';
import type { Network, Settings } from '../driver.js';
import { type NetworkOptions, recordedOptions } from '../options.js';

/** In a name such as `eth0`. */
const usualPrefix = 'eth';

/** What ready networks of all drivers have in common. */
export function readyNetwork(
  record: NetworkRecord,
  { defaultGateway, defaultGateway6 }: Settings,
  hasHostEnd: boolean,
): Omit<Network, 'mtu' | 'plan'> & { readonly options: NetworkOptions } {
  const options = recordedOptions(record.options);
  const pools = poolsOf(record);
  return {
    record,
    options,
    pools: pools.filter(({ family }) => family === 4),
    pools6: pools.filter(({ family }) => family === 6),
    interfacePrefix: options.interfacePrefix ?? usualPrefix,
    defaultGateway,
    defaultGateway6,
    isRouted: false,
    hasHostEnd,
  };
}
