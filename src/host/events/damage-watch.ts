import { allNetworks, allSandboxes, latestChange, type NetworkRecord, type Store } from '../../store/index.js';
import type { DamageEvent } from './event.js';
import type { KnownLink } from './link-table.js';

/** Tells when the link that a network lives on is deleted under it, and when it is there again. */
export class DamageWatch {
  readonly #store: Store;
  /** By id. */
  readonly #damaged = new Map<string, NetworkRecord>();
  /** Networks on links that are not ours, by the link's name, as of the change of that number. */
  #foreign: { readonly number: number; readonly networks: ReadonlyMap<string, readonly NetworkRecord[]> } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A link was deleted. A network that is removed is off the record before its link goes: that is no damage. */
  deleted(link: KnownLink): DamageEvent[] {
    const networks = this.#networksOn(link);
    for (const network of networks) {
      this.#damaged.set(network.id, network);
    }
    return networks.flatMap((network) => this.#event('damaged', network));
  }

  /** A link is there, with this description. */
  seen({ summary, owner }: KnownLink): DamageEvent[] {
    // One that is not up yet is still being made.
    if (this.#damaged.size === 0 || summary.state === 'down') {
      return [];
    }
    const back = [...this.#damaged.values()].filter(
      (network) => network.interface === summary.name && (!network.ours || owner.network?.id === network.id),
    );
    for (const { id } of back) {
      this.#damaged.delete(id);
    }
    return back.flatMap((network) => this.#event('restored', network));
  }

  #networksOn({ summary, owner }: KnownLink): readonly NetworkRecord[] {
    const { network, sandbox } = owner;
    if (sandbox) {
      return [];
    }
    return network
      ? this.#store.read(({ networks }) => [networks.get(network.id)].filter((record) => record !== undefined))
      : (this.#foreignNetworks().get(summary.name) ?? []);
  }

  #foreignNetworks(): ReadonlyMap<string, readonly NetworkRecord[]> {
    return this.#store.read((tables) => {
      const number = latestChange(tables);
      if (this.#foreign?.number !== number) {
        const found = allNetworks(tables).filter(({ ours }) => !ours);
        this.#foreign = { number, networks: groupByLink(found) };
      }
      return this.#foreign.networks;
    });
  }

  /** Nothing when the network is no longer on record. */
  #event(action: DamageEvent['action'], network: NetworkRecord): DamageEvent[] {
    const { id, name, driver, interface: link = '' } = network;
    return this.#store.read((tables) => {
      if (tables.networks.get(id) === undefined) {
        return [];
      }
      const sandboxes = allSandboxes(tables)
        .filter(({ endpoints }) => endpoints.some((endpoint) => endpoint.network === id))
        .map((sandbox) => ({ id: sandbox.id, name: sandbox.name }));
      return [{ time: Date.now(), type: 'network', action, id, name, driver, interface: link, sandboxes }];
    });
  }
}

function groupByLink(networks: readonly NetworkRecord[]): Map<string, NetworkRecord[]> {
  const groups = new Map<string, NetworkRecord[]>();
  for (const network of networks) {
    if (network.interface !== undefined) {
      groups.set(network.interface, [...(groups.get(network.interface) ?? []), network]);
    }
  }
  return groups;
}
