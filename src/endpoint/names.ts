import {
  parseAddHost,
  parseDnsOptions,
  parseEnvironment,
  parseNameservers,
  parseSearchDomains,
} from '../address/index.js';
import { newError } from '../errors/index.js';
import type { NamingRecord } from '../store/index.js';

/** How the programs in a sandbox look names up, and what they find in their environment. */
export interface NamesSpec {
  /** Addresses of name servers. Default, as for all that is left out or empty: the host's option, else what the host itself has. */
  readonly dns?: readonly string[] | undefined;
  /** Domains in which names are looked up; `['.']`: none. */
  readonly dnsSearch?: readonly string[] | undefined;
  /** Options of resolv.conf(5): `ndots:2`. */
  readonly dnsOptions?: readonly string[] | undefined;
  /** Lines for /etc/hosts: `db:192.0.2.7`, `db=2001:db8::7`, `gateway:host-gateway`. */
  readonly addHosts?: readonly string[] | undefined;
  /** Variables, `NAME=VALUE`; of several of one name the last counts. Those who link to the sandbox see them. */
  readonly env?: readonly string[] | undefined;
  /** Whether to make files for its /etc/hostname, /etc/hosts and /etc/resolv.conf. Default: false. */
  readonly files?: boolean | undefined;
}

/** The same, read. */
export interface NamesWish {
  /** Without what was not asked for; none if nothing was. */
  readonly naming: NamingRecord | undefined;
  readonly env: readonly string[];
  readonly files: boolean;
}

/** What is written into files of the sandbox's own. */
export const forFiles = ['dns', 'dnsSearch', 'dnsOptions', 'addHosts'] as const;

/** Of those who ask for nothing of it. */
const nothing = { naming: undefined, env: [] } as const;

/** Throws EBADOPTION. */
export function readNames({ dns, dnsSearch, dnsOptions, addHosts, env, files = false }: NamesSpec): NamesWish {
  if (typeof files !== 'boolean') {
    throw newError('EBADOPTION', { option: 'files', value: files, reason: 'it is neither true nor false' });
  }
  if ([dns, dnsSearch, dnsOptions, addHosts, env].every((value) => value === undefined)) {
    return { files, ...nothing };
  }
  const servers = parseNameservers(listOf('dns', dns));
  const options = parseDnsOptions(listOf('dnsOptions', dnsOptions));
  const hosts = listOf('addHosts', addHosts).map(parseAddHost);
  const search = parseSearchDomains(listOf('dnsSearch', dnsSearch));
  const naming: NamingRecord = {
    ...(servers.length > 0 && { servers }),
    // None at all is an answer, too.
    ...(dnsSearch && dnsSearch.length > 0 && { search }),
    ...(options.length > 0 && { options }),
    ...(hosts.length > 0 && { hosts }),
  };
  return { naming: Object.keys(naming).length > 0 ? naming : undefined, env: variablesOf(env), files };
}

/** Of several of one name the last, in its place. */
function variablesOf(env: readonly string[] | undefined): readonly string[] {
  const variables = new Map<string, string>();
  for (const [name, value] of listOf('env', env).map(parseEnvironment)) {
    variables.delete(name);
    variables.set(name, value);
  }
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

function listOf(option: string, value: readonly string[] = []): readonly string[] {
  if (!Array.isArray(value)) {
    throw newError('EBADOPTION', { option, value, reason: 'it is not a list' });
  }
  return value;
}
