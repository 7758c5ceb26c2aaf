import { readdirSync } from 'node:fs';
import { type Connection, listLinks } from '../../../netlink/index.js';
import { Definitions } from '../../../store/definitions.js';
import {
  allNetworks,
  allSandboxes,
  type NetworkRecord,
  newOwner,
  type SandboxRecord,
  Store,
} from '../../../store/index.js';
import { findDead } from '../../liveness.js';
import type { NetworkFacts, Problem, RecordFacts, SandboxFacts } from '../facts.js';
import { problemOf } from './problem.js';

/** The records in a directory; nothing when there are none yet. Throws what `Store.open` does. */
export function openRecords(runDir: string, stateDir: string): Store | undefined {
  // Opening would make them.
  return isEmpty(runDir) ? undefined : Store.open(runDir, stateDir);
}

function isEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch (error) {
    // Why it cannot be read is better said when it is opened.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Looks through the records. Who is dead can be told only with a connection. */
export async function gatherRecords(store: Store, connection: Connection | undefined): Promise<RecordFacts> {
  const links = await connection?.list(listLinks());
  const { sandboxes, networks } = store.read((tables) => ({
    sandboxes: allSandboxes(tables),
    networks: allNetworks(tables),
  }));
  const context = connection && { connection, owner: newOwner(), working: new Set<string>() };
  const dead = context && links ? await findDead(context, sandboxes, links) : [];
  const names = new Map(networks.map(({ id, name }) => [id, name]));
  return {
    networks: networks.map(networkFacts),
    sandboxes: sandboxes.map((record) => sandboxFacts(record, names)),
    dead: dead.map(({ name }) => name),
  };
}

function networkFacts({ name, driver, internal, subnets, interface: link, ours }: NetworkRecord): NetworkFacts {
  const ranges = subnets.map(({ subnet }) => subnet);
  return { name, driver, internal, subnets: ranges, ours, ...(link !== undefined && { interface: link }) };
}

function sandboxFacts({ id, name, endpoints }: SandboxRecord, names: ReadonlyMap<string, string>): SandboxFacts {
  return {
    id,
    name,
    ipv4: endpoints.length,
    ipv6: endpoints.filter(({ address6 }) => address6 !== undefined).length,
    networks: endpoints.map(({ network }) => names.get(network) ?? network),
  };
}

/** What is wrong with the files of networks that outlive a reboot. */
export function gatherDefinitions(stateDir: string): Problem[] {
  try {
    return new Definitions(stateDir).load().problems.map(problemOf);
  } catch (error) {
    return [problemOf(error)];
  }
}
