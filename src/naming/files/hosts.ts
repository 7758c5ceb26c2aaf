/** One line of hosts(5): an address and the names that it is found by, the canonical one first. */
export interface HostsLine {
  readonly address: string;
  readonly names: readonly string[];
}

/** What a sandbox's /etc/hosts says beside what all of them do. The first line that has a name answers for it. */
export type HostsInput = readonly HostsLine[];

/** Those of Docker (libnetwork/etchosts): loopback, and the names that Debian gives to addresses of IPv6. */
const common: HostsInput = [
  { address: '127.0.0.1', names: ['localhost'] },
  { address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] },
  { address: 'fe00::', names: ['ip6-localnet'] },
  { address: 'ff00::', names: ['ip6-mcastprefix'] },
  { address: 'ff02::1', names: ['ip6-allnodes'] },
  { address: 'ff02::2', names: ['ip6-allrouters'] },
];

/** The text of a hosts file. Addresses and names are read by grammars before: none has a space or a newline in it. */
export function renderHosts(input: HostsInput): string {
  return [...common, ...input].map(({ address, names }) => `${address}\t${[...new Set(names)].join(' ')}\n`).join('');
}
