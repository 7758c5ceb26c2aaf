import { createHash } from 'node:crypto';

/** What a host's tables and chains are called: no two run directories' are the same. */
export interface FirewallNames {
  /** Of tables of nftables. */
  readonly table: string;
  /** Of chains of iptables, before "-". */
  readonly prefix: string;
  /** Of the run directory: 8 hexadecimal digits. */
  readonly digest: string;
}

const usualDirectory = '/run/netplumb';

/**
 * The names for a run directory, without symbolic links. All of a table's and chain's name is ours: of the directory only a digest
 * is seen, and iptables takes no more than 28 characters (XT_EXTENSION_MAXNAMELEN).
 */
export function firewallNames(directory: string): FirewallNames {
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  return directory === usualDirectory
    ? { table: 'netplumb', prefix: 'NETPLUMB', digest }
    : { table: `netplumb-${digest}`, prefix: `NP-${digest.toUpperCase()}`, digest };
}
