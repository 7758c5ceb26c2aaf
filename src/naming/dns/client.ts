import { familyOf, parseAnyAddress, parseAnySubnet } from '../../address/index.js';
import { holderOf } from '../../ipam/index.js';
import { type NetworkRecord, overlappingSubnet, type SandboxRecord, type Tables } from '../../store/index.js';
import { nameServerAddresses } from './names-of.js';

/** Who asks. */
export interface Client {
  /** Nobody's: the host itself asks. */
  readonly sandbox?: SandboxRecord;
  /** Those whose names it may know, in the order in which it joined them. */
  readonly networks: readonly NetworkRecord[];
  /** Whether what is not known here is asked elsewhere: not for the host, nor where all networks are internal. */
  readonly isForwarded: boolean;
}

/**
 * Who asks at the address of a network, by its id, and comes from `source`: the host, by one of its own addresses there, or a
 * sandbox on that network, by any address that it was given. Nothing for everyone else.
 */
export function clientOf(tables: Tables, network: string, source: string): Client | undefined {
  const asked = tables.networks.get(network);
  const servers = asked ? nameServerAddresses(asked) : [];
  if (!asked || servers.length === 0 || familyOf(source) === undefined) {
    return undefined;
  }
  const address = parseAnyAddress(source);
  if (servers.includes(address)) {
    // Whose own resolver may well ask here: what it asks is not to come back to it.
    return { networks: [asked], isForwarded: false };
  }
  const sandbox = holderIn(tables, network, address) ?? leaseOf(tables, address)?.sandbox;
  return sandbox?.endpoints.some((endpoint) => endpoint.network === network) ? asClient(tables, sandbox) : undefined;
}

/** Whose an address is, and of which network; nothing if it is in no network. An address is in one at most. */
export function leaseOf(
  tables: Tables,
  address: string,
): { readonly network: NetworkRecord; readonly sandbox: SandboxRecord | undefined } | undefined {
  const entry = overlappingSubnet(tables, parseAnySubnet(`${address}/${familyOf(address) === 4 ? 32 : 128}`));
  const network = tables.networks.get(tables.networkNames.get(entry?.network ?? '') ?? '');
  return network && { network, sandbox: holderIn(tables, network.id, address) };
}

function holderIn(tables: Tables, network: string, address: string): SandboxRecord | undefined {
  const holder = holderOf(tables, network, address);
  return holder === undefined ? undefined : tables.sandboxes.get(holder);
}

function asClient(tables: Tables, sandbox: SandboxRecord): Client {
  const joined = sandbox.endpoints.filter(({ unsettled }) => unsettled !== 'going');
  const networks = joined.flatMap((endpoint) => tables.networks.get(endpoint.network) ?? []);
  return {
    sandbox,
    networks: networks.filter((record) => nameServerAddresses(record).length > 0),
    isForwarded: networks.some(({ internal }) => !internal),
  };
}
