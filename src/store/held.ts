import type { Table } from './store.js';

type Key = string | [string, number | string];

/** A row as it is in the file or will be. */
interface Row {
  readonly table: Table<unknown, Key>;
  readonly key: Key;
  /** Undefined: there is none. */
  readonly value: unknown;
  readonly isNew: boolean;
}

/**
 * Tables of few rows that a transaction of many reads or changes again and again, as counters: within one each row is read from the file once
 * and written once, when the work is done. Otherwise they are the tables themselves.
 */
export class HeldTables {
  readonly #rows = new Map<string, Row>();
  #tables = 0;
  #isHolding = false;

  /** The same table, held. */
  hold<Value, K extends Key>(table: Table<Value, K>): Table<Value, K> {
    const own = table as unknown as Table<unknown, Key>;
    const prefix = `${this.#tables++}\0`;
    const rows = this.#rows;
    // Keys are ids and names of networks, names of bridges and of counters: none has a NUL in it.
    const nameOf = (key: Key) => prefix + (typeof key === 'string' ? key : key.join('\0'));
    const get = (key: K): Value | undefined => {
      const name = nameOf(key);
      let row = rows.get(name);
      if (row === undefined) {
        row = { table: own, key, value: table.get(key), isNew: false };
        rows.set(name, row);
      }
      return row.value as Value | undefined;
    };
    const set = (key: K, value: Value | undefined) => rows.set(nameOf(key), { table: own, key, value, isNew: true });
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
        this.#write();
        return table.getRange(range);
      },
      keys: (range) => {
        this.#write();
        return table.keys(range);
      },
      count: (range) => {
        this.#write();
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
      this.#write();
      return result;
    } finally {
      this.#isHolding = false;
      this.#forget();
    }
  }

  /** Brings the file up to date. */
  #write(): void {
    for (const { table, key, value, isNew } of this.#rows.values()) {
      if (isNew && value === undefined) {
        table.removeSync(key);
      } else if (isNew) {
        table.putSync(key, value);
      }
    }
    this.#forget();
  }

  /** Even an empty map allocates memory when it is cleared. */
  #forget(): void {
    if (this.#rows.size > 0) {
      this.#rows.clear();
    }
  }
}
