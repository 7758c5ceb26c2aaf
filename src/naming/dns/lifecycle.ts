import {
  changesAfter,
  isDead,
  latestChange,
  type NetworkRecord,
  networksOfPools,
  type SandboxRecord,
  type Store,
  type Tables,
} from '../../store/index.js';
import { networkHasNames } from './names-of.js';

/** Changes that are read at a time. */
const batchSize = 256;

/**
 * Who needs the name server: the endpoints on networks with names, followed by the changes of records, so that a look costs no
 * more than what has changed.
 */
export class Demand {
  readonly #store: Store;
  /** Ids of endpoints that are known to sandboxes by name. */
  readonly #endpoints = new Set<string>();
  #seen = 0;

  /** Throws ESTATEREPLACED, ESTATECORRUPT, as all that look at the records. */
  constructor(store: Store) {
    this.#store = store;
    this.#startAnew();
  }

  /** Takes in what has changed. */
  follow(): void {
    for (let count = batchSize; count === batchSize; ) {
      count =
        this.#store.read((tables) => {
          const changes = changesAfter(tables, this.#seen, batchSize);
          for (const change of changes ?? []) {
            this.#seen = change.number;
            if (change.kind === 'sandbox') {
              for (const { id, network } of change.connected) {
                if (hasNames(tables, network)) {
                  this.#endpoints.add(id);
                }
              }
              for (const { id } of change.disconnected) {
                this.#endpoints.delete(id);
              }
            }
          }
          return changes?.length;
        }) ?? this.#startAnew();
    }
  }

  /** Whether there are none at the moment, as far as sandboxes are complete; nor any that are built ahead and may be needed at once. */
  get isNone(): boolean {
    return (
      this.#endpoints.size === 0 &&
      !this.#store.read((tables) => networksOfPools(tables).some((network) => hasNames(tables, network)))
    );
  }

  #startAnew(): 0 {
    this.#store.read((tables) => {
      this.#seen = latestChange(tables);
      this.#endpoints.clear();
      for (const { value: record } of tables.sandboxes.getRange({})) {
        // The same as what changes tell of: see settledOf in store/changes.ts.
        if (record.state !== 'pending' && record.pool === undefined && record.cookie !== undefined) {
          for (const { id, network, unsettled } of record.endpoints) {
            if (!unsettled && hasNames(tables, network)) {
              this.#endpoints.add(id);
            }
          }
        }
      }
    });
    return 0;
  }
}

/** The networks with names that have a sandbox, or get one at the moment. Looks at all sandboxes. */
export function networksInUse(tables: Tables): NetworkRecord[] {
  const ids = new Set<string>();
  for (const { value: record } of tables.sandboxes.getRange({})) {
    if (isThere(record)) {
      for (const { network } of record.endpoints) {
        ids.add(network);
      }
    }
  }
  const records = [...ids].map((id) => tables.networks.get(id));
  return records.filter((record) => record !== undefined).filter(networkHasNames);
}

/** Not one that is going, nor one whose making was broken off: it waits for gc to clean it up, and answers nobody. */
function isThere({ state, owner }: SandboxRecord): boolean {
  return state === 'ready' || state === 'pooled' || state === 'changing' || (state === 'pending' && !isDead(owner));
}

function hasNames({ networks }: Tables, id: string): boolean {
  const record = networks.get(id);
  return record !== undefined && networkHasNames(record);
}
