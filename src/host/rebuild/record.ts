import { newId, shortId } from '../../address/index.js';
import { attempt, newError } from '../../errors/index.js';
import { holderOf, reserve } from '../../ipam/index.js';
import { emptyNetworks, type RecordedDefaults } from '../../network/builtin.js';
import { type DefaultNetworkOptions, defaultNetworkName, restoreSegments } from '../../network/index.js';
import {
  addNetwork,
  addSandbox,
  allNetworks,
  allSandboxes,
  type SandboxRecord,
  type Tables,
  updateSandbox,
} from '../../store/index.js';
import { type KnownNetworks, knowNetworks } from './endpoint.js';
import { Leases } from './leases.js';
import { pairLinks } from './links.js';
import { type Found, type FoundSandbox, segmentsAmong } from './look.js';
import { lostNetworks } from './networks.js';
import { sandboxOf } from './sandbox.js';

/** What is known beside the kernel. */
export interface RecordOptions {
  /** The run directory. */
  readonly directory: string;
  /** What the host's options say of the default network. */
  readonly defaults: RecordedDefaults & Pick<DefaultNetworkOptions, 'fixedCidr'>;
}

/** Writes records of what was found; returns the sandboxes' names, and what is not as it was. In a transaction. */
export function recordFound(
  tables: Tables,
  found: Found,
  options: RecordOptions,
): { sandboxes: string[]; problems: Error[] } {
  const problems = recordNetworks(tables, found, options);
  const networks = allNetworks(tables);
  const known = knowNetworks(networks);
  const leases = new Leases(tables, networks);
  const linkOf = pairLinks(found.sandboxes);
  const lost = newId();
  const sandboxes: string[] = [];
  for (const one of found.sandboxes.filter(({ id }, i, all) => all.findIndex((other) => other.id === id) === i)) {
    const record = sandboxOf(one, known, lost, linkOf);
    if (record.endpoints.length === 0 && !one.isCreated) {
      problems.push(notRebuilt('sandbox', one.name, 'its interfaces have no address'));
      continue;
    }
    const added = add(tables, record);
    sandboxes.push(added.name);
    problems.push(...faultsOf(one, added, known), ...takeLeases(leases, added));
  }
  leases.letRest();
  restorePorts(tables, found, options);
  return { sandboxes, problems };
}

/** Which bridge of its network each endpoint is a port of. */
function restorePorts(tables: Tables, found: Found, { directory }: RecordOptions): void {
  const segments = [...segmentsAmong(found.links, directory).values()];
  const endpoints = allSandboxes(tables).flatMap((record) =>
    record.endpoints.filter(({ network, address }) => holderOf(tables, network, address) === record.id),
  );
  for (const { id, driver, ours } of allNetworks(tables)) {
    if (driver === 'bridge' && ours) {
      const names = segments.filter(({ network }) => network === id).map(({ name }) => name);
      const own = endpoints.filter(({ network }) => network === id);
      restoreSegments(tables, id, names, own);
    }
  }
}

/** Those that no definition has brought back. */
function recordNetworks(tables: Tables, found: Found, options: RecordOptions): Error[] {
  const problems: Error[] = [];
  for (const record of lostNetworks(found, knowNetworks(allNetworks(tables)), options)) {
    const isDefault = record.name === defaultNetworkName;
    const refused = attempt(() => {
      for (const network of [record, ...(isDefault ? emptyNetworks() : [])]) {
        addNetwork(tables, network);
      }
      reserve(tables, record);
    });
    if (refused instanceof Error) {
      problems.push(notRebuilt('network', record.name, refused.message));
    } else if (!isDefault) {
      const reason = 'its definition is gone; of what was asked for only its subnets are known';
      problems.push(notRebuilt('network', record.name, reason));
    }
  }
  return problems;
}

/** Two of one name there cannot be; what says so last has another. */
function add(tables: Tables, record: SandboxRecord): SandboxRecord {
  const isTaken = tables.names.get(record.name) !== undefined;
  const own = isTaken ? { ...record, name: shortId(record.id) } : record;
  addSandbox(tables, own);
  // That also makes it known by its namespace.
  updateSandbox(tables, own);
  return own;
}

/** What a record lacks. */
function faultsOf({ name, interfaces }: FoundSandbox, record: SandboxRecord, { byId }: KnownNetworks): Error[] {
  const { endpoints } = record;
  const names = new Set(endpoints.map((endpoint) => endpoint.interface));
  const bare = interfaces.map(({ link }) => link.name).filter((one) => !names.has(one));
  const astray = endpoints.filter(({ network, link }) => !link && !byId.has(network));
  const reasons = [
    ...(record.name === name ? [] : [`another sandbox has its name; it is called ${record.name} now`]),
    ...bare.map((one) => `its interface ${one} has no address`),
    ...astray.map((one) => `the network of its interface ${one.interface} (${one.address}) is not known`),
  ];
  return reasons.map((reason) => notRebuilt('sandbox', name, reason));
}

function takeLeases(leases: Leases, record: SandboxRecord): Error[] {
  const refused = record.endpoints.flatMap((endpoint) => leases.take(record, endpoint));
  return refused.map(({ message }) => notRebuilt('sandbox', record.name, message));
}

function notRebuilt(kind: string, name: string, reason: string): Error {
  return newError('ENOTREBUILT', { kind, name, reason });
}
