import type { FirewallBackend } from '../../../firewall/index.js';
import { Connection } from '../../../netlink/index.js';
import type { Facts, MachineFacts, Problem } from '../facts.js';
import { gatherDirectory } from './directory.js';
import { gatherFeatures, unknownFeatures } from './features.js';
import { gatherMachine } from './machine.js';
import { gatherNamespace } from './namespace.js';
import { problemOf } from './problem.js';
import { gatherProcess } from './process.js';
import { gatherDefinitions, Records } from './records.js';
import { gatherFirewall, tryIn } from './rules.js';

/** Which host is to be looked at. */
export interface Subject {
  /** File of its network namespace. */
  readonly netns: string;
  readonly runDir: string;
  readonly stateDir: string;
  /** Who guards the host. Default: nftables. */
  readonly firewall?: FirewallBackend | undefined;
  /** Whether netplumb may switch forwarding on. Default: true. */
  readonly ipForward?: boolean | undefined;
}

/** Reads everything that doctor judges by. What cannot be opened is a fact, too. */
export async function gatherFacts(subject: Subject): Promise<Facts> {
  const connection = await orProblem(() => Connection.open({ path: subject.netns }));
  try {
    return await gatherWith(subject, connection);
  } finally {
    if (connection instanceof Connection) {
      await connection.close();
    }
  }
}

async function gatherWith(subject: Subject, opened: Connection | Problem): Promise<Facts> {
  const machine = await gatherMachine(opened instanceof Connection ? opened : undefined);
  // Next to the links of the host: what comes and goes between the two looks as if something were wrong.
  const records = await orProblem(async () => Records.open(subject.runDir, subject.stateDir));
  try {
    return await gatherAll(subject, opened, records, machine);
  } finally {
    if (records instanceof Records) {
      await records.close();
    }
  }
}

async function gatherAll(
  subject: Subject,
  opened: Connection | Problem,
  records: Records | Problem | undefined,
  machine: MachineFacts,
): Promise<Facts> {
  const { runDir, stateDir } = subject;
  const connection = opened instanceof Connection ? opened : undefined;
  const runDirectory = gatherDirectory(runDir);
  return {
    process: gatherProcess(),
    machine,
    namespace:
      opened instanceof Connection ? await orProblem(() => gatherNamespace(opened, runDirectory.path)) : opened,
    runDirectory,
    stateDirectory: gatherDirectory(stateDir),
    ...(records && {
      records:
        records instanceof Records
          ? await orProblem(() => records.gather(connection, subject.firewall ?? 'nftables'))
          : records,
    }),
    definitions: gatherDefinitions(stateDir),
    firewall: await gatherFirewall(subject, connection && tryIn(connection)),
    // Last, since it may cost the connection: in a user namespace, a thread that has gone into a new network namespace must
    // not return to one of the machine's.
    features: connection ? await gatherFeatures(connection) : unknownFeatures,
  };
}

async function orProblem<Result>(work: () => Promise<Result>): Promise<Result | Problem> {
  try {
    return await work();
  } catch (error) {
    return problemOf(error);
  }
}
