import type { Command } from 'commander';
import { parseEnvironment } from '../address/index.js';
import type { AttachSpec } from '../endpoint/index.js';
import { type Call, repeated } from './command.js';
import { textsOf } from './network-options.js';

/** Adds what `run` and `attach` understand of names and of the environment: Docker's options of these names. */
export function addNameOptions(command: Command): void {
  command
    .option('-h, --hostname <name>', 'host name (default: the first 12 characters of the id of the sandbox)')
    .option('--net-alias, --network-alias <name>', 'further name of it in its network; several', repeated)
    .option('--add-host <host>', 'NAME:ADDRESS or NAME:host-gateway, for /etc/hosts; several', repeated)
    .option('--dns <address>', 'name server; up to three (default: those that the host asks)', repeated)
    .option('--dns-search <domain>', 'where names are looked up, "." for nowhere; several', repeated)
    .option('--dns-opt, --dns-option <option>', 'option of resolv.conf, such as ndots:2; several', repeated)
    .option('-e, --env <variable>', 'NAME=VALUE, or NAME for the value that it has here; several', repeated);
}

/** What they were given; those that were not are left out: mode container takes few of them. Throws EBADOPTION. */
export function nameSpec(options: Call['options'], environment: NodeJS.ProcessEnv): AttachSpec {
  const { hostname, networkAlias, addHost, dns, dnsSearch, dnsOption, env } = options;
  return {
    ...(typeof hostname === 'string' && { hostname }),
    ...(networkAlias !== undefined && { networkAliases: textsOf(networkAlias) }),
    ...(addHost !== undefined && { addHosts: textsOf(addHost) }),
    ...(dns !== undefined && { dns: textsOf(dns) }),
    ...(dnsSearch !== undefined && { dnsSearch: textsOf(dnsSearch) }),
    ...(dnsOption !== undefined && { dnsOptions: textsOf(dnsOption) }),
    ...(env !== undefined && { env: textsOf(env).flatMap((text) => variableOf(text, environment)) }),
  };
}

/** A name alone has the caller's value, and goes if the caller has none, as in Docker. */
function variableOf(text: string, environment: NodeJS.ProcessEnv): string[] {
  if (text.includes('=')) {
    return [text];
  }
  const [name] = parseEnvironment(`${text}=`);
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  return value === undefined ? [] : [`${name}=${value}`];
}
