import type { Connection } from '../netlink/index.js';
import { forwardingOff, switchForwardingOn } from '../network/index.js';
import type { EndpointRecord, NetworkRecord, SandboxRecord, Store, Tables } from '../store/index.js';
import type { Backend, BackendContext, FirewallBackend } from './backend.js';
import { type Change, isEmpty } from './change.js';
import type { Element } from './element.js';
import { endpointElements, linkElements, networkElements, sealedElements, segmentElements } from './elements.js';
import { type Facts, guardedEndpoints, guardedNetwork, isStaying, linksOf, publishingEndpoint } from './facts.js';
import { IptablesBackend } from './iptables/backend.js';
import type { GuardedNetwork } from './model.js';
import { firewallNames } from './names.js';
import { NftablesBackend } from './nftables/backend.js';
import { seal } from './sealed.js';
import { isUsed, use } from './used.js';
import { RulesWatch } from './watch.js';

export interface FirewallOptions {
  readonly backend: FirewallBackend;
  /** Whether to switch the host's forwarding on for networks that need it. */
  readonly ipForward: boolean;
}

/** What is in force in one host's namespace on behalf of one run directory, and how that changes. */
export class Firewall {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #options: FirewallOptions;
  readonly #backend: Backend | undefined;
  /** From when the first network is guarded. */
  #watch: RulesWatch | undefined;
  /** By id; undefined for a network whose packets do not pass through the host. */
  readonly #networks = new Map<string, GuardedNetwork | undefined>();

  constructor(context: BackendContext, options: FirewallOptions) {
    this.#connection = context.connection;
    this.#store = context.store;
    this.#options = options;
    this.#backend = backendOf(options.backend, context);
  }

  get backend(): FirewallBackend {
    return this.#options.backend;
  }

  /** Whether there is one. */
  get isOn(): boolean {
    return this.#backend !== undefined;
  }

  /** What rules have to know of a network; nothing of one whose packets do not pass through the host, and without a firewall. */
  guarded(record: NetworkRecord): GuardedNetwork | undefined {
    if (!this.#networks.has(record.id)) {
      this.#networks.set(record.id, this.isOn ? guardedNetwork(record) : undefined);
    }
    return this.#networks.get(record.id);
  }

  /** Lets a network's packets pass as its record says. To be called before it has endpoints; can be repeated. */
  async guard(record: NetworkRecord): Promise<void> {
    const network = this.guarded(record);
    if (network) {
      this.#watch ??= new RulesWatch(this.#connection, {
        tables: this.#watchedTables(),
        areShared: this.backend === 'iptables',
        restore: (generation) => this.#restoreChanged(generation),
      });
      use(this.#store);
      const sealed = await this.#forward(network);
      await this.apply({ add: [...networkElements(network), ...sealed], remove: [] });
    }
  }

  /** The same for one of a network's further bridges. Before it passes frames; can be repeated. */
  async guardSegment(record: NetworkRecord, name: string): Promise<void> {
    const network = this.guarded(record);
    await this.apply({ add: network ? segmentElements({ ...network, interface: name }) : [], remove: [] });
  }

  /** The same for further bridges that are gone. */
  async unguardSegments(record: NetworkRecord, names: readonly string[]): Promise<void> {
    const network = this.guarded(record);
    const remove = network ? names.flatMap((name) => segmentElements({ ...network, interface: name })) : [];
    await this.apply({ add: [], remove });
  }

  /** The same for networks that are off the record: nothing of them stays in force. */
  async unguard(records: readonly NetworkRecord[]): Promise<void> {
    const networks = records.flatMap((record) => this.guarded(record) ?? []);
    for (const { id } of records) {
      this.#networks.delete(id);
    }
    await this.apply({ add: [], remove: networks.flatMap(networkElements) });
  }

  /** What has to be in force for a sandbox as a record has it. In a transaction or while reading. */
  elementsOf(tables: Tables, record: SandboxRecord): readonly Element[] {
    return this.#elementsOf(tables, record, isStaying);
  }

  /** All that may be in force for a sandbox that is to go, also with others that are going. */
  remnantsOf(tables: Tables, record: SandboxRecord): readonly Element[] {
    return this.#elementsOf(tables, record, () => true);
  }

  /** The record of the endpoint by which a sandbox's ports are published, of IPv4 if it has that; none without a way out. */
  publishingEndpoint(tables: Tables, record: SandboxRecord): EndpointRecord | undefined {
    return publishingEndpoint(this.#facts(tables), record);
  }

  #elementsOf(tables: Tables, record: SandboxRecord, isMeant: (other: SandboxRecord) => boolean): readonly Element[] {
    if (!this.isOn || !this.#concerns(tables, record)) {
      return [];
    }
    const facts = this.#facts(tables);
    const endpoints = guardedEndpoints(facts, record);
    return [...endpoints.flatMap(endpointElements), ...linksOf(facts, record, isMeant).flatMap(linkElements)];
  }

  /** Brings a change into force that is on record. */
  async apply(change: Change): Promise<void> {
    if (this.#backend && !isEmpty(change)) {
      await this.#backend.change(change);
    }
  }

  /**
   * Brings everything into force that is on record, and takes away what is not; nothing while no network has been used, and there
   * are no sandboxes that rely on it. Returns whether anything had to be done.
   */
  async restore(): Promise<boolean> {
    if (!this.#backend || !this.#store.read(isUsed)) {
      return false;
    }
    this.#backend.doubt();
    return this.#backend.restore();
  }

  async #restoreChanged(generation: number | undefined): Promise<void> {
    if (this.#store.read(isUsed)) {
      await this.#backend?.restoreChanged(generation);
    }
  }

  /** Whether everything that is on record is in force, and nothing else. Changes nothing. */
  async isInForce(): Promise<boolean> {
    return (await this.#backend?.isInForce()) ?? true;
  }

  /** Watches no longer; what is in force stays. Can be repeated. */
  async close(): Promise<void> {
    await this.#watch?.close();
  }

  /** Those of iptables-nft: of the legacy variant nobody is told. */
  #watchedTables(): readonly string[] {
    const { table } = firewallNames(this.#store.directory);
    return this.backend === 'iptables' ? [table, 'mangle', 'filter', 'nat'] : [table];
  }

  /** Networks never change: what was known of one is known. */
  #facts(tables: Tables): Facts {
    const networkOf = (id: string) => {
      const known = this.#networks.get(id);
      const record = known ? undefined : tables.networks.get(id);
      return known ?? (record && this.guarded(record));
    };
    return { tables, networkOf };
  }

  /** Most sandboxes need nothing of their own: what their network has is enough. */
  #concerns(tables: Tables, { name, ports, links, endpoints }: SandboxRecord): boolean {
    return (
      ports !== undefined ||
      links !== undefined ||
      tables.linkers.get(name) !== undefined ||
      endpoints.some((endpoint) => {
        const network = endpoint.link ? undefined : this.#facts(tables).networkOf(endpoint.network);
        return network && (network.isRouted || network.spoofGuard);
      })
    );
  }

  /**
   * Switches the host's forwarding on for what leads out of the network, if it is not. What the host does not forward by then, it
   * must not forward for others either: families are sealed before they are switched on. Returns what that takes.
   */
  async #forward({ internal, subnets }: GuardedNetwork): Promise<readonly Element[]> {
    if (!this.#options.ipForward || internal) {
      return [];
    }
    const off = await forwardingOff(this.#connection);
    const families = { ipv4: off.ipv4, ipv6: off.ipv6 && subnets.some(({ family }) => family === 6) };
    if (!families.ipv4 && !families.ipv6) {
      return [];
    }
    const sealed = this.#store.transaction((tables) => seal(tables, families));
    await this.apply({ add: sealedElements(sealed), remove: [] });
    await switchForwardingOn(this.#connection, families);
    return sealedElements(sealed);
  }
}

function backendOf(backend: FirewallBackend, context: BackendContext): Backend | undefined {
  switch (backend) {
    case 'nftables':
      return new NftablesBackend(context);
    case 'iptables':
      return new IptablesBackend(context);
    case 'none':
      return undefined;
  }
}
