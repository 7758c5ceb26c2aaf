import { changesAfter, latestChange, type Tables } from '../../store/index.js';

/**
 * The names of sandboxes that are not in lower case, by what they are in lower case: DNS knows no difference, the records do. They
 * are few; what is in lower case is found in the records themselves.
 */
export class Spellings {
  #names = new Map<string, Set<string>>();
  /** The number of the last change that has been taken in; nothing before the first look. */
  #seen: number | undefined;

  /** Takes in what has become of the records. Costs only what has changed, except at first and after a long time. */
  follow(tables: Tables): void {
    const changes = this.#seen === undefined ? undefined : changesAfter(tables, this.#seen, Number.POSITIVE_INFINITY);
    if (!changes) {
      this.#names = new Map();
      for (const { key } of tables.names.getRange({})) {
        this.#add(key);
      }
    }
    for (const change of changes ?? []) {
      if (change.kind === 'sandbox' && change.action === 'attached') {
        this.#add(change.name);
      } else if (change.kind === 'sandbox' && change.action === 'detached') {
        this.#remove(change.name);
      }
    }
    this.#seen = latestChange(tables);
  }

  /** The names that are this one in lower case, as they are spelt; this one among them, whether there is one or not. */
  of(name: string): readonly string[] {
    const others = this.#names.get(name);
    return others ? [name, ...others] : [name];
  }

  #add(name: string): void {
    const key = name.toLowerCase();
    if (key !== name) {
      this.#names.set(key, (this.#names.get(key) ?? new Set()).add(name));
    }
  }

  #remove(name: string): void {
    const key = name.toLowerCase();
    const spellings = this.#names.get(key);
    if (spellings?.delete(name) && spellings.size === 0) {
      this.#names.delete(key);
    }
  }
}
