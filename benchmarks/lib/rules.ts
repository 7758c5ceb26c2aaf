/** What firewalls hold, counted by their own programs. For a process that `runApart` started: all there is, is the trial's. */

import { execFileSync } from 'node:child_process';

export type Backend = 'nftables' | 'iptables';

export interface RuleCount {
  readonly rules: number;
  /** Of sets and maps; iptables has none. */
  readonly elements: number;
  /** How many ports of the host lead to a sandbox, by IPv4. */
  readonly ports: number;
}

/** The part of `nft --json list ruleset` that is counted. */
interface Listed {
  readonly rule?: object;
  readonly map?: { readonly name: string; readonly elem?: readonly unknown[] };
  readonly set?: { readonly elem?: readonly unknown[] };
}

export function countRules(backend: Backend): RuleCount {
  return backend === 'nftables' ? countNftables() : countIptables();
}

function countNftables(): RuleCount {
  const { nftables } = JSON.parse(run('nft', '--json', 'list', 'ruleset')) as { nftables: readonly Listed[] };
  const size = ({ set, map }: Listed) => (set ?? map)?.elem?.length ?? 0;
  const portMaps = nftables.filter(({ map }) => /^(all|host)_ports4$/.test(map?.name ?? ''));
  return {
    rules: nftables.filter(({ rule }) => rule).length,
    elements: sum(nftables.map(size)),
    ports: sum(portMaps.map(size)),
  };
}

function countIptables(): RuleCount {
  const rules = [...run('iptables-save').matchAll(/^-A .*/gm)].map(([rule]) => rule);
  return { rules: rules.length, elements: 0, ports: rules.filter((rule) => rule.includes('-j DNAT')).length };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
}
