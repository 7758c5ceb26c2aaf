import type { Tables } from '../store/index.js';
import type { Sealed } from './model.js';

/** In the records' table of the firewall. */
const key = 'sealed';

/** The families that are on record as forwarded only because we switched it on; at first none. */
export function sealedOf({ firewall }: Tables): Sealed {
  const note = firewall.get(key) as Sealed | undefined;
  return note ?? { ipv4: false, ipv6: false };
}

/** Puts further ones on record; returns all. In a transaction. */
export function seal(tables: Tables, families: Sealed): Sealed {
  const before = sealedOf(tables);
  const sealed = { ipv4: before.ipv4 || families.ipv4, ipv6: before.ipv6 || families.ipv6 };
  tables.firewall.putSync(key, sealed);
  return sealed;
}
