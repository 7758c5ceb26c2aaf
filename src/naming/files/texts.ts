import type { SandboxRecord, Tables } from '../../store/index.js';
import { hasIpv6, hostsOf, nameServersOf, ownerOf } from './facts.js';
import { renderHosts } from './hosts.js';
import { isLocal, type ResolvConf, renderResolvConf } from './resolv-conf.js';
import type { Surroundings } from './surroundings.js';

/** What the host gives to sandboxes that were given nothing of their own; what it does not give comes from its resolv.conf. */
export interface NamingDefaults {
  readonly dns?: readonly string[] | undefined;
  readonly dnsSearch?: readonly string[] | undefined;
  readonly dnsOptions?: readonly string[] | undefined;
}

/** What a sandbox's files say. */
export interface FileTexts {
  readonly hostname: string;
  readonly hosts: string;
  readonly resolvConf: string;
}

/** Those of Docker, for who has none at all. */
const publicServers = ['8.8.8.8', '8.8.4.4'];
const publicServers6 = ['2001:4860:4860::8888', '2001:4860:4860::8844'];

/**
 * What a sandbox's files should say at the moment. One without files of its own in another's namespace gets what is that one's.
 * In a transaction or a read; pure otherwise.
 */
export function textsOf(
  tables: Tables,
  record: SandboxRecord,
  defaults: NamingDefaults,
  surroundings: Surroundings,
): FileTexts {
  const owner = ownerOf(tables, record);
  return {
    hostname: `${owner.hostname ?? surroundings.hostname}\n`,
    hosts: hostsText(tables, owner, surroundings),
    resolvConf: resolvText(tables, owner, given(owner, defaults), surroundings),
  };
}

/** As in Docker: in the host's namespace it is a copy of the host's, unless the sandbox was given hosts of its own. */
function hostsText(tables: Tables, record: SandboxRecord, { hosts }: Surroundings): string {
  const isHosts = record.netns.kind === 'host' && !record.naming?.hosts?.length && hosts !== '';
  return isHosts ? hosts : renderHosts(hostsOf(tables, record));
}

function resolvText(
  tables: Tables,
  record: SandboxRecord,
  own: Partial<ResolvConf>,
  { resolvText: text, resolvConf, resolved }: Surroundings,
): string {
  const isHosts = record.netns.kind === 'host';
  if (isHosts && text !== '' && Object.values(own).every((part) => part === undefined)) {
    return text;
  }
  const inherited = isHosts ? resolvConf : usable(resolvConf, resolved, hasIpv6(record));
  const conf = {
    servers: own.servers ?? inherited.servers,
    search: own.search ?? inherited.search,
    options: own.options ?? inherited.options,
  };
  const servers = nameServersOf(tables, record);
  return renderResolvConf(servers.length > 0 ? { ...conf, servers, options: withDots(conf.options) } : conf);
}

/** What of the host's own is of use in a namespace of its own: of systemd-resolved, which listens on loopback, the servers that it asks. */
function usable(host: ResolvConf, resolved: ResolvConf, ipv6: boolean): ResolvConf {
  const reachable = (server: string) => !isLocal(server) && (ipv6 || !server.includes(':'));
  for (const conf of [host, resolved]) {
    const servers = conf.servers.filter(reachable);
    if (servers.length > 0) {
      return { ...conf, servers };
    }
  }
  return { ...host, servers: ipv6 ? [...publicServers, ...publicServers6] : publicServers };
}

/** What was asked for, for the sandbox or for all of the host's; a list of no servers or options asks for nothing. */
function given({ naming }: SandboxRecord, { dns, dnsSearch, dnsOptions }: NamingDefaults): Partial<ResolvConf> {
  const some = (list: readonly string[] | undefined) => (list && list.length > 0 ? list : undefined);
  const search = naming?.search ?? some(dnsSearch);
  return {
    servers: some(naming?.servers) ?? some(dns),
    search: search?.filter((domain) => domain !== '.'),
    options: some(naming?.options) ?? some(dnsOptions),
  } as Partial<ResolvConf>;
}

/** Names of one label are asked for as they are, as in Docker, unless somebody wants something else. */
function withDots(options: readonly string[]): readonly string[] {
  return options.some((option) => /^ndots:\d+$/.test(option)) ? options : [...options, 'ndots:0'];
}
