import type { NetworkRecord } from '../store/index.js';

const drivers: ReadonlySet<string> = new Set(['bridge', 'ptp']);

/** Whether a network's packets pass through the host, which its sandboxes reach by the network's gateway. */
export function leadsThroughHost({ driver }: Pick<NetworkRecord, 'driver'>): boolean {
  return drivers.has(driver);
}
