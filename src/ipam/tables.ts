import type { Tables } from '../store/index.js';
import type { Table } from '../store/store.js';

/** One address in the tables: itself for IPv4, its 32 hexadecimal digits for IPv6. */
export type Slot = number | string;

/** What is known of one address of a network. One without a record was never given out. */
export type Lease =
  /** Given to this sandbox; `early` if it was asked for and its turn is still to come, or never comes. */
  | { readonly sandbox: string; readonly early?: true }
  /** Given back, and waiting at this place of the queue. */
  | { readonly released: number }
  /** Never a sandbox's: what it is instead (`gateway`, `auxiliary NAME`). */
  | { readonly role: string };

/** How far a network has given out its addresses of one family. */
export interface Cursor {
  /** How many of all its pools' slots have had their turn. */
  readonly next: number;
  /** The place in the queue that the next released slot gets. */
  readonly tail: number;
  /** All places before this one are empty; 0 if absent. */
  readonly head?: number;
}

/** The tables of the store that addresses are kept in. The first three are by `Pool.key`, and what the name says. */
export interface LeaseTables extends Pick<Tables, 'sandboxes'> {
  readonly leases: Table<Lease, [key: string, slot: Slot]>;
  /** The slots that were given back, the longest ago first. */
  readonly released: Table<Slot, [key: string, place: number]>;
  readonly cursors: Table<Cursor, string>;
}
