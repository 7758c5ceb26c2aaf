/** Who is asked for names and who asks, in the namespaces of this process: only for one that `runApart` started. */

import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const runProgram = promisify(execFile);

/** The server is alone on one processor, whoever asks on another. */
const serverProcessor = '0';
const clientProcessor = '1';

/** Addresses by name. */
export type Names = ReadonlyMap<string, string>;

/** What dnsperf says of one run. */
export interface Asked {
  readonly sent: number;
  readonly completed: number;
  readonly lost: number;
  /** Of them, answered with NOERROR. */
  readonly answered: number;
  readonly per_second: number;
  readonly latency_us: number;
}

export interface Asking {
  /** A namespace's name under /run/netns. */
  readonly sandbox: string;
  readonly server: string;
  /** One query a line: see `queriesFor`. */
  readonly queries: string;
  readonly seconds: number;
  /** Queries a second; as many as are answered unless told. */
  readonly rate?: number;
}

/** Writes a file with one query for the address of each name, and returns its path. */
export function queriesFor(names: Names): string {
  const path = '/run/queries';
  writeFileSync(path, [...names.keys()].map((name) => `${name} A\n`).join(''));
  return path;
}

/** Asks from inside a sandbox for so many seconds. Throws if that is not what was done. */
export async function ask({ sandbox, server, queries, seconds, rate }: Asking): Promise<Asked> {
  const limit = rate === undefined ? [] : ['-Q', `${Math.max(1, Math.floor(rate))}`];
  const dnsperf = ['dnsperf', '-s', server, '-d', queries, '-l', `${seconds}`, ...limit];
  const pinned = ['netns', 'exec', sandbox, 'taskset', '-c', clientProcessor, ...dnsperf];
  const { stdout } = await runProgram('ip', pinned);
  const figure = (pattern: RegExp) => {
    const found = Number(pattern.exec(stdout)?.[1]);
    if (Number.isNaN(found)) {
      throw new Error(`dnsperf has not said ${pattern}: ${stdout}`);
    }
    return found;
  };
  return {
    sent: figure(/Queries sent: +(\d+)/),
    completed: figure(/Queries completed: +(\d+)/),
    lost: figure(/Queries lost: +(\d+)/),
    answered: /NOERROR/.test(stdout) ? figure(/NOERROR (\d+)/) : 0,
    per_second: figure(/Queries per second: +([\d.]+)/),
    latency_us: 1e6 * figure(/Average Latency \(s\): +([\d.]+)/),
  };
}

/** Throws unless the server answers with that address, and nothing else. */
export function expectAnswer(sandbox: string, server: string, name: string, address: string): void {
  const answer = execFileSync('ip', ['netns', 'exec', sandbox, 'dig', '+short', `@${server}`, name]);
  if (answer.toString().trim() !== address) {
    throw new Error(`${server} says that ${name} is ${JSON.stringify(answer.toString())}, not ${address}`);
  }
}

/** dnsmasq at an address of this namespace, which serves the names and nothing else until it is disposed of. */
export async function startDnsmasq(address: string, names: Names): Promise<AsyncDisposable> {
  const hosts = '/run/hosts';
  writeFileSync(hosts, [...names].map(([name, own]) => `${own} ${name}\n`).join(''));
  const where = [`--listen-address=${address}`, '--bind-interfaces', '--conf-file=/dev/null', '--pid-file='];
  const what = ['--no-resolv', '--no-hosts', `--addn-hosts=${hosts}`];
  const how = ['--keep-in-foreground', '--user=root', '--log-facility=-'];
  const server = spawn('taskset', ['-c', serverProcessor, 'dnsmasq', ...where, ...what, ...how], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await logged(server, `read ${hosts}`);
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

/** Moves the name server to its processor, with all of its threads. Throws if there is not exactly one. */
export function pinNameServer(): void {
  const [pid, ...others] = nameServers();
  if (pid === undefined || others.length > 0) {
    throw new Error(`there are ${pid === undefined ? 0 : others.length + 1} name servers, not one`);
  }
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', serverProcessor, `${pid}`], { stdio: 'ignore' });
}

/**
 * Sees to it that no name server outlives this process, which would keep the trial's namespaces with it: one stays as long as there
 * are sandboxes, and a trial that fails leaves some. Throws where the name server may be the machine's own.
 */
export function endNameServersWithUs(): void {
  if (process.env.NETPLUMB_THROWAWAY !== 'yes') {
    throw new Error('trials run in namespaces of their own: scripts/throwaway');
  }
  process.on('exit', () => {
    for (const pid of nameServers()) {
      process.kill(pid, 'SIGKILL');
    }
  });
}

/** Processes of netplumb's name server that share this process's mounts: those of this trial. */
export function nameServers(): number[] {
  const own = readlinkSync('/proc/self/ns/mnt');
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const isOurs = readlinkSync(`/proc/${pid}/ns/mnt`) === own;
      // As src/naming/dns/main.ts calls it.
      return isOurs && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'netplumb-names\n';
    } catch {
      // Gone meanwhile.
      return false;
    }
  });
}

/** Resolves when a program has said a text. Throws what it said instead when it ends. */
async function logged({ stderr }: ChildProcess, text: string): Promise<void> {
  let log = '';
  for await (const piece of stderr ?? []) {
    log += piece;
    if (log.includes(text)) {
      // What is still to come would fill the pipe.
      stderr?.resume();
      return;
    }
  }
  throw new Error(`the server has ended: ${log}`);
}
