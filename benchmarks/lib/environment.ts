import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { root } from './apart.js';

/** Where and when a benchmark ran: its figures mean little without. */
export interface Environment {
  /** The distribution, as it calls itself. */
  readonly system: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_mb: number;
  readonly node: string;
  /** Versions of the programs that netplumb and the benchmarks call; of those that are installed. */
  readonly programs: Readonly<Record<string, string>>;
  /** Of netplumb; with '+' when there was more than that. Empty outside a repository. */
  readonly commit: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** Processes running or waiting to run over the last minute, before the benchmark began. */
  readonly load: number;
}

const programs = { iproute2: ['ip', '-V'], nftables: ['nft', '--version'], iptables: ['iptables', '--version'] };

export function environment(): Environment {
  const [processor] = cpus();
  const versions = Object.entries(programs).flatMap(([name, [command = '', ...args]]) => {
    const version = /\d+(\.\d+)+/.exec(said(command, args))?.[0];
    return version === undefined ? [] : [[name, version] as const];
  });
  return {
    system: distribution(),
    kernel: release(),
    cpu: processor?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_mb: Math.round(totalmem() / 2 ** 20),
    node: process.version,
    programs: Object.fromEntries(versions),
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
    load: loadavg()[0] ?? 0,
  };
}

function distribution(): string {
  const file = '/etc/os-release';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? 'unknown';
}

function commit(): string {
  const name = said('git', ['-C', root, 'rev-parse', '--short', 'HEAD']);
  const changed = said('git', [
    '-C',
    root,
    'status',
    '--porcelain',
    '--',
    'src',
    'native',
    'benchmarks',
    'package.json',
  ]);
  return name && `${name}${changed && '+'}`;
}

/** What a program prints; empty when there is none, or when it fails. */
function said(command: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}
