import { parseReference } from '../address/index.js';
import { connectSandbox, disconnectSandbox, type EndpointContext, type EndpointSpec } from '../endpoint/index.js';
import { newError } from '../errors/index.js';
import { holders } from '../ipam/index.js';
import type { NetworkSpec } from '../network/index.js';
import { type EndpointRecord, findNetwork, type NetworkRecord, type Tables } from '../store/index.js';

/** What is asked for of an endpoint in a further network. */
export type ConnectOptions = Pick<EndpointSpec, 'ip' | 'ip6' | 'macAddress' | 'gatewayPriority' | 'networkAliases'>;

/** An endpoint of a network, and whose it is. */
export interface NetworkEndpoint {
  /** Id of the sandbox. */
  readonly sandbox: string;
  /** Its name. */
  readonly name: string;
  readonly endpoint: EndpointRecord;
}

/** A network as `list` and `inspect` tell of it. */
export interface NetworkInfo extends Omit<NetworkRecord, 'ours'> {
  readonly scope: 'local';
  readonly endpoints: readonly NetworkEndpoint[];
}

/** The networks of one host, for whoever uses the library. Every method throws ECLOSED once the host is closed. */
export class HostNetworks {
  readonly #context: EndpointContext;
  readonly #refuseClosed: () => void;

  constructor(context: EndpointContext, refuseClosed: () => void) {
    this.#context = context;
    this.#refuseClosed = refuseClosed;
  }

  /**
   * Makes a network. All or nothing. Throws ENAMEINUSE, EBUILTIN, ENODRIVER, EBADOPTION, the grammars' codes, what subnets are
   * refused for (EBADCIDR, EOVERLAP, ENOPOOL…), what bridges and parents are refused for, and the kernel's refusals.
   */
  async create(spec: NetworkSpec): Promise<NetworkInfo> {
    this.#refuseClosed();
    const record = await this.#context.networks.create(spec);
    return this.#context.store.read((tables) => describe(tables, record));
  }

  /** All networks, oldest first, with bridge, host and none. */
  async list(): Promise<NetworkInfo[]> {
    this.#refuseClosed();
    const records = await this.#context.networks.all();
    return this.#context.store.read((tables) => records.map((record) => describe(tables, record)));
  }

  /** One network by name, id or the beginning of its id. Throws ENONETWORK, EAMBIGUOUS, EBADNAME. */
  async inspect(network: string): Promise<NetworkInfo> {
    this.#refuseClosed();
    const reference = parseReference(network, 'network');
    await this.#context.networks.all();
    return this.#context.store.read((tables) => {
      const record = findNetwork(tables, reference);
      if (!record) {
        throw newError('ENONETWORK', { network });
      }
      return describe(tables, record);
    });
  }

  /** Removes a network that nobody uses. Throws ENONETWORK, EBUILTIN, ENETWORKINUSE (says by whom). */
  async remove(network: string): Promise<void> {
    this.#refuseClosed();
    await this.#context.networks.remove(network);
  }

  /** Removes every network that is meant and that nobody uses, but for bridge, host and none; returns their names. */
  async prune(isMeant: (network: NetworkInfo) => boolean = () => true): Promise<string[]> {
    this.#refuseClosed();
    const removed = await this.#context.networks.prune((record) =>
      isMeant({ ...record, scope: 'local', endpoints: [] }),
    );
    return removed.map(({ name }) => name);
  }

  /**
   * Gives a running sandbox an endpoint in one more network: `eth1`, `eth2`… All or nothing. Throws ENONETWORK, ENOSANDBOX,
   * EINNETWORK, ENOOWNNETNS, ENOREACH, EINUSE, the grammars' and leases' codes, and the kernel's refusals.
   */
  connect(network: string, sandbox: string, options: ConnectOptions = {}): Promise<EndpointRecord> {
    this.#refuseClosed();
    return connectSandbox(this.#context, network, sandbox, options);
  }

  /**
   * Takes a running sandbox out of a network; its default route moves to the endpoint with the next priority. Throws
   * ENONETWORK, ENOSANDBOX, ENOTINNETWORK, EINUSE, and the kernel's refusals.
   */
  disconnect(network: string, sandbox: string): Promise<void> {
    this.#refuseClosed();
    return disconnectSandbox(this.#context, network, sandbox);
  }
}

function describe(tables: Tables, { ours: _, ...record }: NetworkRecord): NetworkInfo {
  const sandboxes = new Set([...holders(tables, record)].map(({ sandbox }) => sandbox));
  const endpoints = [...sandboxes].flatMap((id): NetworkEndpoint[] => {
    const sandbox = tables.sandboxes.get(id);
    const endpoint = sandbox?.endpoints.find(({ network }) => network === record.id);
    return sandbox && sandbox.pool === undefined && endpoint ? [{ sandbox: id, name: sandbox.name, endpoint }] : [];
  });
  return { ...record, scope: 'local', endpoints };
}
