import { type InterfaceAddress, newId, parseInterfaceAddress } from '../address/index.js';
import { newError } from '../errors/index.js';
import { freeSubnet } from '../ipam/index.js';
import type { Connection, Link } from '../netlink/index.js';
import type { NetworkRecord, Store } from '../store/index.js';
import { addressOfBridge, findBridge, hostRanges, setUpBridge } from './bridge.js';
import { addressing, type EndpointDefaults, type Network, networkOf } from './network.js';
import { isMarkOf, parseMark } from './ownership.js';

/** Name of the network that sandboxes join when none is named, as in Docker. */
export const defaultNetworkName = 'bridge';

/** The bridge that is made for it when none is named. */
const defaultBridge = 'netplumb0';

export interface DefaultNetworkOptions extends EndpointDefaults {
  /** An existing bridge to use as it is. */
  readonly bridge?: string | undefined;
  /** Address and prefix of the bridge that is made: `172.17.0.1/16`. */
  readonly bip?: string | undefined;
}

/** The network `bridge` of one host: made on first use, looked after from then on. */
export class DefaultNetwork {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #options: DefaultNetworkOptions;
  #ready: Promise<Network> | undefined;

  constructor(connection: Connection, store: Store, options: DefaultNetworkOptions) {
    this.#connection = connection;
    this.#store = store;
    this.#options = options;
  }

  /** The network, ready for endpoints. Looked at in the kernel once; again after `forget`. */
  ready(): Promise<Network> {
    this.#ready ??= this.#prepare().catch((error) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  /** To be called when the kernel turned out not to be as `ready` had found it. */
  forget(): void {
    this.#ready = undefined;
  }

  /** What is on record; nothing before its first use. */
  get record(): NetworkRecord | undefined {
    return this.#store.read(({ networks }) => networks.get(defaultNetworkName));
  }

  async #prepare(): Promise<Network> {
    const record = this.record ?? (await this.#create());
    this.#checkOptions(record);
    return networkOf(record, await this.#bridgeOf(record), this.#options);
  }

  async #bridgeOf(record: NetworkRecord): Promise<Link> {
    if (record.ours) {
      return setUpBridge(this.#connection, record, this.#store.directory, this.#options.mtu);
    }
    const link = await findBridge(this.#connection, record.bridge);
    if (!link) {
      throw newError('ENOBRIDGE', { bridge: record.bridge });
    }
    return link;
  }

  async #create(): Promise<NetworkRecord> {
    const { bridge, bip } = this.#options;
    const record = bridge === undefined ? await this.#planNew(bip) : await this.#planExisting(bridge);
    // Whoever is first decides; the others use what they find.
    return this.#store.transaction(({ networks }) => {
      const existing = networks.get(defaultNetworkName);
      if (existing === undefined) {
        networks.putSync(defaultNetworkName, record);
      }
      return existing ?? record;
    });
  }

  async #planNew(bip: string | undefined): Promise<NetworkRecord> {
    const link = await findBridge(this.#connection, defaultBridge);
    if (link) {
      // It may be one that another process has recorded and made since we looked.
      return this.record ?? this.#reclaim(link);
    }
    return this.#newRecord(defaultBridge, bip === undefined ? await this.#choose() : parseInterfaceAddress(bip), true);
  }

  /** Our own bridge, of which the record was lost; anyone else's is refused. */
  async #reclaim(link: Link): Promise<NetworkRecord> {
    const mark = parseMark(link.alias);
    if (!mark) {
      throw newError('EBRIDGEFOREIGN', { bridge: link.name });
    }
    if (!isMarkOf(mark, this.#store.directory)) {
      throw newError('EBRIDGEOWNER', { bridge: link.name, directory: mark.directory });
    }
    return this.#newRecord(link.name, await addressOfBridge(this.#connection, link), true);
  }

  async #planExisting(bridge: string): Promise<NetworkRecord> {
    const link = await findBridge(this.#connection, bridge);
    if (!link) {
      throw newError('ENOBRIDGE', { bridge });
    }
    return this.#newRecord(bridge, await addressOfBridge(this.#connection, link), false);
  }

  async #choose(): Promise<InterfaceAddress> {
    const subnet = freeSubnet(await hostRanges(this.#connection));
    if (!subnet) {
      throw newError('ENOPOOL', { network: defaultNetworkName });
    }
    return { subnet, address: subnet.network + 1 };
  }

  #newRecord(bridge: string, { subnet, address }: InterfaceAddress, ours: boolean): NetworkRecord {
    const own = { id: newId(), name: defaultNetworkName, driver: 'bridge' as const, bridge, ours, created: Date.now() };
    return { ...own, ...addressing(subnet, address) };
  }

  /** What was asked for now must be what there is: sandboxes may be using it. */
  #checkOptions(record: NetworkRecord): void {
    const { bridge, bip } = this.#options;
    const is = `${record.gateway}/${record.subnet.split('/')[1]}`;
    const inUse = `the default network already uses ${record.bridge} with ${is}`;
    if (bridge !== undefined && bridge !== record.bridge) {
      throw newError('EBADOPTION', { option: 'bridge', value: bridge, reason: inUse });
    }
    if (bip !== undefined && bip !== is) {
      throw newError('EBADOPTION', { option: 'bip', value: bip, reason: inUse });
    }
  }
}
