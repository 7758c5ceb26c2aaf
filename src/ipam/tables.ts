import type { Tables } from '../store/index.js';

/** One address in the tables: itself for IPv4, its 32 hexadecimal digits for IPv6. */
export type Slot = number | string;

/** The tables of the store that addresses are kept in; those of addresses by `Pool.key`. */
export type LeaseTables = Pick<Tables, 'sandboxes' | 'leases' | 'released' | 'cursors'>;

/** What is known of one address of a network. One without a record was never given out. */
export type Lease = NonNullable<ReturnType<LeaseTables['leases']['get']>>;
