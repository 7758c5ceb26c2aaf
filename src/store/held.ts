import type { Table } from './store.js';

type Key = string | [string, number | string];

/** A row as it is in the file or will be. */
interface Row {
  readonly key: Key;
  /** Undefined: there is none. */
  readonly value: unknown;
  readonly isNew: boolean;
}

interface Held {
  readonly table: Table<unknown, Key>;
  readonly rows: Map<string, Row>;
}

/**
 * Tables of few rows that one transaction changes again and again, as counters: within a transaction each row is read from the
 * file once and written once, when the work is done. Outside of transactions they are the tables themselves.
 */
export class HeldTables {
  readonly #all: Held[] = [];
  #isHolding = false;

  /** The same table, held. */
  hold<Value, K extends Key>(table: Table<Value, K>): Table<Value, K> {
    const rows = new Map<string, Row>();
    const held: Held = { table: table as unknown as Table<unknown, Key>, rows };
    this.#all.push(held);
    const get = (key: K): Value | undefined => {
      const name = nameOf(key);
      let row = rows.get(name);
      if (row === undefined) {
        row = { key, value: table.get(key), isNew: false };
        rows.set(name, row);
      }
      return row.value as Value | undefined;
    };
    const set = (key: K, value: Value | undefined) => rows.set(nameOf(key), { key, value, isNew: true });
    return {
      get: (key) => (this.#isHolding ? get(key) : table.get(key)),
      putSync: (key, value) => (this.#isHolding ? set(key, value) : table.putSync(key, value)),
      removeSync: (key) => {
        if (!this.#isHolding) {
          return table.removeSync(key);
        }
        const isThere = get(key) !== undefined;
        set(key, undefined);
        return isThere;
      },
      getRange: (range) => {
        write(held);
        return table.getRange(range);
      },
      count: (range) => {
        write(held);
        return table.count(range);
      },
    };
  }

  /** Does the work of a transaction, in it. */
  during<Result>(work: () => Result): Result {
    if (this.#isHolding) {
      throw new TypeError('a transaction within a transaction');
    }
    this.#isHolding = true;
    try {
      const result = work();
      this.#all.forEach(write);
      return result;
    } finally {
      this.#isHolding = false;
      for (const { rows } of this.#all) {
        rows.clear();
      }
    }
  }
}

/** Brings the file up to date. */
function write({ table, rows }: Held): void {
  for (const { key, value, isNew } of rows.values()) {
    if (isNew && value === undefined) {
      table.removeSync(key);
    } else if (isNew) {
      table.putSync(key, value);
    }
  }
  rows.clear();
}

/** Keys are ids of networks, names of bridges and of counters: none has a NUL in it. */
function nameOf(key: Key): string {
  return typeof key === 'string' ? key : key.join('\0');
}
