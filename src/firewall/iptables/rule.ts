import { newError } from '../../errors/index.js';

/** What a rule looks at, and what it does with packets that are such: all that is left out fits any. */
export interface Rule {
  /** ADDRESS or NETWORK/PREFIX. */
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
  /** `tcp`, `udp` or `sctp`, with the port where the packet goes. */
  readonly protocol?: string | undefined;
  readonly port?: string | undefined;
  /** Further words of iptables, ours alone: nothing from outside. */
  readonly match?: string;
  /** Words of iptables: `-j DROP`, `-g CHAIN`. */
  readonly verdict: string;
}

/** A rule as `iptables-save` would write it behind `-A CHAIN`. Throws EBADIFNAME. */
export function formatRule(rule: Rule): string {
  const { source, destination, input, output, protocol, port, match, verdict } = rule;
  const words = [
    address('-s', source),
    address('-d', destination),
    input === undefined ? undefined : `-i ${interfaceName(input)}`,
    output === undefined ? undefined : `-o ${interfaceName(output)}`,
    protocol === undefined ? undefined : `-p ${protocol} -m ${protocol} --dport ${port}`,
    match,
    verdict,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

function address(option: string, value: string | undefined): string | undefined {
  if (value === undefined || value.includes('/')) {
    return value && `${option} ${value}`;
  }
  return `${option} ${value}/${value.includes(':') ? 128 : 32}`;
}

/**
 * An interface in words of iptables-restore, which splits a line at spaces unless they stand in double quotes, where a
 * backslash makes the next character an ordinary one (add_param_to_argv in its xshared.c). No quotes help against a plus at the
 * end, which stands for "and whatever follows" (xtables_parse_interface), nor against a bare "!".
 */
function interfaceName(name: string): string {
  if (name.endsWith('+') || name === '!') {
    const reason = 'in rules of iptables it would mean others as well';
    throw newError('EBADIFNAME', { value: name, reason }, { hint: 'Use firewall backend nftables, or another name.' });
  }
  return /^[\w.-]+$/.test(name) ? name : `"${name.replaceAll(/[\\"]/g, '\\$&')}"`;
}
