import type { Tables } from '../store/index.js';
import type { Sealed } from './model.js';

/** In the records' table of the firewall. */
const key = 'sealed';

/** The families that are on record as forwarded only because we switched it on; at first none. */
export function sealedOf({ firewall }: Tables): Sealed {
  const note = firewall.get(key) as Sealed | undefined;
  return note ?? { ipv4: false, ipv6: false };
}

/** Puts them on record. In a transaction. */
export function rememberSealed({ firewall }: Tables, { ipv4, ipv6 }: Sealed): void {
  firewall.putSync(key, { ipv4, ipv6 });
}
