import { attempt } from '../errors/index.js';
import { isDead, type NetworkRecord, newOwner, type Store, type Tables } from '../store/index.js';

/** What was made good of changes that somebody had begun and not finished. */
export interface Settled {
  /** Files of networks that are not on record. */
  readonly removed: readonly string[];
  /** Names of networks whose files were missing. */
  readonly restored: readonly string[];
  readonly errors: readonly Error[];
}

/**
 * The networks that outlive a reboot: on record and, for the next boot, defined in a file. No transaction holds both. So before
 * somebody touches a file, it stands on record that he is about to, and with which network; once he is gone, the network's record
 * decides whether there is to be a file. Other files are never judged: they may be of another host with the same state directory,
 * or put there by hand.
 */
export class LastingNetworks {
  readonly #store: Store;
  /** What it does has no pauses in it: it is never at two networks. */
  readonly #owner = newOwner();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Puts a network with this id on record, by `make`, and saves its definition. All or nothing: throws what `make` does. */
  add(id: string, make: (tables: Tables) => NetworkRecord): NetworkRecord {
    return this.#change(id, (tables) => {
      const record = make(tables);
      this.#store.definitions.save(record);
      return record;
    });
  }

  /** Takes a network off the record, by `strike`, and removes its definition. All or nothing: throws what `strike` does. */
  remove(id: string, strike: (tables: Tables) => void): void {
    this.#change(id, (tables) => {
      strike(tables);
      this.#store.definitions.remove(id);
    });
  }

  /** Makes good what others have begun and, being gone, will not finish. */
  settle(): Settled {
    const isAbandoned = (owner: string) => owner === this.#owner || isDead(owner);
    const abandoned = this.#store.read(({ definitions }) =>
      [...definitions.getRange({})].map(({ key }) => key).filter(isAbandoned),
    );
    const outcomes = abandoned.map((owner) =>
      attempt(() => this.#store.transaction((tables) => this.#settle(tables, owner))),
    );
    const settled = outcomes.flatMap((one) => (one instanceof Error ? [] : one));
    return {
      removed: settled.flatMap(({ removed }) => removed),
      restored: settled.flatMap(({ restored }) => restored),
      errors: outcomes.filter((one) => one instanceof Error),
    };
  }

  #change<Result>(id: string, work: (tables: Tables) => Result): Result {
    this.#store.transaction((tables) => {
      this.#settle(tables, this.#owner);
      tables.definitions.putSync(this.#owner, id);
    });
    try {
      return this.#store.transaction((tables) => {
        const result = work(tables);
        tables.definitions.removeSync(this.#owner);
        return result;
      });
    } catch (error) {
      // If this cannot be done either, it is done later.
      attempt(() => this.#store.transaction((tables) => this.#settle(tables, this.#owner)));
      throw error;
    }
  }

  /** In a transaction, so that nobody is at the same network. */
  #settle(tables: Tables, owner: string): Pick<Settled, 'removed' | 'restored'> {
    const { definitions } = this.#store;
    const removed: string[] = [];
    const restored: string[] = [];
    const id = tables.definitions.get(owner);
    if (id !== undefined) {
      const record = tables.networks.get(id);
      definitions.removeUnfinished();
      if (record === undefined && definitions.remove(id)) {
        removed.push(definitions.pathOf(id));
      } else if (record !== undefined && !definitions.has(id)) {
        definitions.save(record);
        restored.push(record.name);
      }
      tables.definitions.removeSync(owner);
    }
    return { removed, restored };
  }
}
