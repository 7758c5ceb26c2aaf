import type { Store, Tables } from '../store/index.js';
import { modelOf } from './facts.js';

/** In the records' table of the firewall: that rules were once wanted since the boot. */
const key = 'used';

/** Whether there may be rules in force, or should be. */
export function isUsed(tables: Tables): boolean {
  return tables.firewall.get(key) !== undefined || modelOf(tables).endpoints.length > 0;
}

/** Notes that there are going to be. */
export function use(store: Store): void {
  if (store.read(({ firewall }) => firewall.get(key)) === undefined) {
    store.transaction(({ firewall }) => firewall.putSync(key, true));
  }
}
