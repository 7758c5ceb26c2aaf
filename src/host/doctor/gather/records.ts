import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attemptAsync, ifThere, newError, refusable } from '../../../errors/index.js';
import { Firewall, type FirewallBackend, sealedOf } from '../../../firewall/index.js';
import { type Connection, listLinks } from '../../../netlink/index.js';
import { problemOf as damageIn } from '../../../store/check-file.js';
import { Definitions } from '../../../store/definitions.js';
import {
  allNetworks,
  allSandboxes,
  type NetworkRecord,
  newOwner,
  type SandboxRecord,
  Store,
  type Tables,
} from '../../../store/index.js';
import { findDead } from '../../liveness.js';
import type { NetworkFacts, Problem, RecordFacts, SandboxFacts } from '../facts.js';
import { textOf } from './files.js';
import { problemOf } from './problem.js';

/** What was on record before the links of the host were listed. */
interface Earlier {
  /** A link may be listed whose sandbox is detached before its record is read. */
  readonly ids: readonly string[];
  /** Ids of networks that sandboxes had joined. A link of another may be listed while it is being made. */
  readonly joined: ReadonlySet<string>;
}

/** Whether there is anything of it that rules are about. */
function hasEndpoint({ endpoints, state }: SandboxRecord): boolean {
  return state === 'ready' && endpoints.some(({ link }) => !link);
}

/** The records of one run directory, looked at twice: before the links of the host are, and after. */
export class Records {
  readonly #store: Store;
  readonly #earlier: Earlier;

  private constructor(store: Store) {
    this.#store = store;
    this.#earlier = store.read(lookEarlier);
  }

  /** Nothing when there are none yet. Throws ESTATECORRUPT, ESTATEVERSION, and the kernel's refusals. */
  static async open(runDir: string, stateDir: string): Promise<Records | undefined> {
    // Opening would make them if there are none, and set aside what is damaged.
    const files = recordFiles(runDir);
    if (files.length === 0) {
      return undefined;
    }
    refuseDamaged(runDir, files);
    const store = Store.open(runDir, stateDir);
    try {
      return new Records(store);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Who is dead can be told only with a connection. */
  async gather(connection: Connection | undefined, backend: FirewallBackend): Promise<RecordFacts> {
    const { sandboxes, networks } = this.#store.read((tables) => ({
      sandboxes: allSandboxes(tables),
      networks: allNetworks(tables),
    }));
    const sealed = this.#store.read(sealedOf);
    const dead = connection ? await this.#findDead(sandboxes, connection) : [];
    const names = new Map(networks.map(({ id, name }) => [id, name]));
    return {
      networks: networks.map((record) => networkFacts(record, this.#earlier.joined)),
      sandboxes: sandboxes.map((record) => sandboxFacts(record, names)),
      known: new Set([...this.#earlier.ids, ...[...sandboxes, ...networks].map(({ id }) => id)]),
      dead: dead.map(({ name }) => name),
      sealed,
      ...(connection && sandboxes.some(hasEndpoint) && (await this.#findGuard(connection, backend))),
    };
  }

  /** Who must not look at rules cannot tell. */
  async #findGuard(connection: Connection, backend: FirewallBackend): Promise<Pick<RecordFacts, 'isGuarded'>> {
    const firewall = new Firewall({ connection, store: this.#store }, { backend, ipForward: false });
    const isGuarded = await attemptAsync(() => firewall.isInForce());
    return isGuarded instanceof Error ? {} : { isGuarded };
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Without those that are being detached, which may have lost their namespace first. */
  async #findDead(sandboxes: readonly SandboxRecord[], connection: Connection): Promise<SandboxRecord[]> {
    const links = await connection.list(listLinks());
    const context = { connection, owner: newOwner(), working: new Set<string>() };
    const dead = await findDead(context, sandboxes, links);
    const now = new Map(this.#store.read(allSandboxes).map(({ id, state }) => [id, state]));
    return dead.filter(({ id, state }) => now.get(id) === state);
  }
}

function lookEarlier(tables: Tables): Earlier {
  const sandboxes = allSandboxes(tables);
  const joined = sandboxes.filter(({ state }) => state === 'ready').flatMap(({ endpoints }) => endpoints);
  return {
    ids: [...sandboxes, ...allNetworks(tables)].map(({ id }) => id),
    joined: new Set(joined.map(({ network }) => network)),
  };
}

/** Paths of this boot's files of records; see store/state-file.ts. */
function recordFiles(directory: string): string[] {
  const prefix = `state-${textOf('/proc/sys/kernel/random/boot_id')}`;
  return namesIn(directory)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.mdb'))
    .map((name) => join(directory, name));
}

function namesIn(directory: string): string[] {
  return refusable(directory, () => ifThere(() => readdirSync(directory)) ?? []);
}

function refuseDamaged(directory: string, files: readonly string[]): void {
  for (const file of files) {
    const reason = refusable(file, () => damageIn(file));
    if (reason !== undefined) {
      const hint =
        'The next command that opens the host sets them aside and finds out from the kernel what lives: netplumb ls';
      throw newError('ESTATECORRUPT', { directory, reason }, { hint });
    }
  }
}

function networkFacts(record: NetworkRecord, joined: ReadonlySet<string>): NetworkFacts {
  const { id, name, driver, internal, subnets, interface: link, ours } = record;
  return {
    name,
    driver,
    internal,
    subnets: subnets.map(({ subnet }) => subnet),
    ...(link !== undefined && { interface: link }),
    ours,
    isJoined: joined.has(id),
  };
}

function sandboxFacts({ name, endpoints }: SandboxRecord, names: ReadonlyMap<string, string>): SandboxFacts {
  return {
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
