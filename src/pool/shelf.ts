import { isWhole } from '../endpoint/index.js';
import { dropRow, type PoolKey, pooledFrom, type SandboxRecord, type Tables, withdrawSandbox } from '../store/index.js';

/** So many that were built here are remembered: to read them off the table takes several microseconds each. */
const mostRemembered = 1024;

/** So many when it shows that others take them, too: each that is gone is looked at in vain. */
const fewRemembered = 32;

/**
 * Finds entries without looking at the table of all of them each time: remembers some ids. Whether one is still there, its record
 * decides, in the transaction.
 */
export class Shelf {
  readonly #key: Required<PoolKey>;
  #ids: string[] = [];

  constructor(key: Required<PoolKey>) {
    this.#key = key;
  }

  get key(): Required<PoolKey> {
    return this.#key;
  }

  /** Of one that was just built, or was not taken after all. */
  remember(id: string): void {
    if (this.#ids.length < mostRemembered) {
      this.#ids.push(id);
    }
  }

  /** An entry that can be taken; nothing when there is none. In a transaction, in which what is broken is withdrawn: see isWhole. */
  find(tables: Tables): SandboxRecord | undefined {
    for (let id = this.#next(tables); id !== undefined; id = this.#next(tables)) {
      const record = tables.sandboxes.get(id);
      if (record?.state !== 'pooled') {
        // There is no such row. Should there be one all the same, to look it up again and again would never end.
        dropRow(tables, this.#key, id);
        this.#ids = this.#ids.slice(-fewRemembered);
        continue;
      }
      if (isWhole(record)) {
        return record;
      }
      withdrawSandbox(tables, id);
    }
    return undefined;
  }

  #next(tables: Tables): string | undefined {
    if (this.#ids.length === 0) {
      // From anywhere on, so that several who take at the same moment do not all come for the same.
      const after = Math.floor(Math.random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
      const limit = fewRemembered;
      this.#ids = pooledFrom(tables, this.#key, { after, limit });
      if (this.#ids.length === 0) {
        this.#ids = pooledFrom(tables, this.#key, { limit });
      }
    }
    return this.#ids.pop();
  }
}
