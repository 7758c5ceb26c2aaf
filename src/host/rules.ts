import { parseReference } from '../address/index.js';
import { newError } from '../errors/index.js';
import {
  type FirewallModel,
  type FirewallNames,
  firewallNames,
  guardedNetwork,
  modelOf,
  renderGuard,
  renderIptables,
  renderNftables,
} from '../firewall/index.js';
import { allNetworks, Definitions, hasRecords, type NetworkRecord, placeOf, Store } from '../store/index.js';
import { type HostOptions, readOptions } from './options.js';

/** Rules in the words of the tools that take them. */
export type Rules =
  | {
      readonly backend: 'nftables';
      /** For `nft -f -`. */
      readonly nftables: string;
    }
  | {
      readonly backend: 'iptables';
      /** For `iptables-restore --noflush`. */
      readonly ipv4: string;
      /** For `ip6tables-restore --noflush`. */
      readonly ipv6: string;
      /** What iptables has no words for, for `nft -f -`: that endpoints speak in their own name only, where a network demands it. */
      readonly nftables?: string;
    }
  | { readonly backend: 'none' };

/** What is on record of a host, as far as rules are concerned. */
interface Recorded {
  readonly networks: readonly NetworkRecord[];
  readonly model: FirewallModel;
}

/**
 * The rules that a host's records ask for: exactly those that are, or will be, in force. Changes nothing, asks the kernel nothing
 * and needs no privilege but to read the records; where there are none yet, the networks that are kept count. `networks`: names,
 * ids or beginnings of ids; only what concerns these, if there are any. Throws what `openHost` throws for options and records,
 * ENONETWORK, EAMBIGUOUS, EBADNAME.
 */
export async function renderRules(options: HostOptions = {}, networks: readonly string[] = []): Promise<Rules> {
  const { runDir, stateDir, firewall } = readOptions(options, process.env);
  if (firewall === 'none') {
    return { backend: firewall };
  }
  const directory = placeOf(runDir);
  const recorded = hasRecords(directory) ? await onRecord(directory, stateDir) : kept(stateDir);
  const model = networks.length === 0 ? recorded.model : partOf(recorded, networks);
  return render(model, firewallNames(directory), firewall);
}

function render(model: FirewallModel, names: FirewallNames, backend: 'nftables' | 'iptables'): Rules {
  if (backend === 'nftables') {
    return { backend, nftables: renderNftables(model, names) };
  }
  const isGuarded = model.networks.some(({ spoofGuard }) => spoofGuard);
  return {
    backend,
    ...renderIptables(model, names),
    ...(isGuarded && { nftables: renderGuard(model, names) }),
  };
}

async function onRecord(directory: string, stateDir: string): Promise<Recorded> {
  const store = Store.open(directory, stateDir);
  try {
    return store.read((tables) => ({ networks: allNetworks(tables), model: modelOf(tables) }));
  } finally {
    await store.close();
  }
}

/** Of a host that nobody has opened since the machine was booted. */
function kept(stateDir: string): Recorded {
  const { networks } = new Definitions(stateDir).load();
  const sealed = { ipv4: false, ipv6: false };
  const guarded = networks.flatMap((record) => guardedNetwork(record) ?? []);
  return { networks, model: { networks: guarded, segments: [], endpoints: [], links: [], sealed } };
}

function partOf({ networks, model }: Recorded, texts: readonly string[]): FirewallModel {
  const ids = new Set(texts.map((text) => findByText(networks, text).id));
  return {
    ...model,
    networks: model.networks.filter(({ id }) => ids.has(id)),
    segments: model.segments.filter(({ id }) => ids.has(id)),
    endpoints: model.endpoints.filter(({ network }) => ids.has(network.id)),
    links: model.links.filter(({ server }) => ids.has(server.network.id)),
  };
}

function findByText(networks: readonly NetworkRecord[], text: string): NetworkRecord {
  const { name, idPrefix } = parseReference(text, 'network');
  const named = networks.find((network) => network.name === name);
  const alike = idPrefix === undefined ? [] : networks.filter(({ id }) => id.startsWith(idPrefix));
  if (!named && alike.length > 1) {
    throw newError('EAMBIGUOUS', { prefix: text, kind: 'network' });
  }
  const found = named ?? alike[0];
  if (!found) {
    throw newError('ENONETWORK', { network: text });
  }
  return found;
}
