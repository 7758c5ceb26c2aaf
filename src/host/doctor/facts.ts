import type { FirewallBackend, Sealed } from '../../firewall/index.js';
import type { Chain } from '../../netlink/index.js';

/** What doctor judges by: read at one moment, nothing of it changed. What could not be read is left out. */
export interface Facts {
  readonly process: ProcessFacts;
  readonly machine: MachineFacts;
  readonly namespace: NamespaceFacts | Problem;
  readonly features: FeatureFacts;
  readonly firewall: FirewallFacts;
  readonly runDirectory: DirectoryFacts;
  readonly stateDirectory: DirectoryFacts;
  /** None when there are none yet. */
  readonly records?: RecordFacts | Problem;
  readonly definitions: readonly Problem[];
}

/** What was refused, in words for people. */
export interface Problem {
  readonly problem: string;
  readonly hint?: string;
}

export function isProblem(facts: object): facts is Problem {
  return 'problem' in facts;
}

/** The process that asks. */
export interface ProcessFacts {
  /** Bits of its effective capabilities, as in /proc/self/status; none when /proc is not mounted. */
  readonly capabilities?: bigint;
  /** Whether its user namespace is the machine's first. */
  readonly inFirstUserNamespace?: boolean;
  /** Soft limit of descriptors; Infinity when there is none. */
  readonly openFiles?: number;
}

/** What holds for the whole machine. */
export interface MachineFacts {
  /** As uname prints it: `6.1.0-13-amd64`. */
  readonly release: string;
  readonly threads?: number;
  readonly threadsMax?: number;
  readonly pidMax?: number;
  /** Files that all processes have open, and fs.file-max. */
  readonly files?: Use;
  /** Mounts of the caller's mount namespace, and fs.mount-max. */
  readonly mounts?: Use;
  /** Processes and threads of the caller's control group, and the lowest pids.max from there up; none where none is set. */
  readonly tasks?: Use;
  /** user.max_net_namespaces, in the caller's user namespace. */
  readonly namespacesMost?: number;
  /** fs.nr_open: what the limit of a process's descriptors can be raised to. */
  readonly openFilesMost?: number;
  readonly neighbours: { readonly ipv4: NeighbourTable; readonly ipv6: NeighbourTable };
  /** Parameters below /proc/sys/net by path, as files of sysctl.d(5) have them. */
  readonly configured: Readonly<Record<string, ConfiguredSysctl>>;
}

/** How much of something is in use, and how much there may be. */
export interface Use {
  readonly used: number;
  readonly most: number;
}

/** What a parameter is set to at boot, and whenever somebody applies the files again. */
export interface ConfiguredSysctl {
  readonly value: string;
  /** The file that has the last word. */
  readonly file: string;
}

/** One family's neighbour table, which all namespaces share. */
export interface NeighbourTable {
  /** net.*.neigh.default.gc_thresh3: entries are refused beyond it. */
  readonly limit?: number;
  /** gc_thresh2: from here on, entries that were not used for five seconds are thrown out when another is needed. */
  readonly soft?: number;
  readonly entries?: number;
}

/** The host's network namespace. */
export interface NamespaceFacts {
  /** Parameters below /proc/sys/net, by path: `ipv4/ip_forward`. */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly links: readonly LinkFacts[];
  readonly ranges: readonly RangeFacts[];
  /** None when they must not be listed. `unsupported`: the kernel has no nf_tables. */
  readonly chains?: readonly Chain[] | 'unsupported';
  /** Tables of iptables-legacy and ip6tables-legacy that packets pass: `filter`, `nat`. */
  readonly legacyTables: readonly string[];
}

export interface LinkFacts {
  readonly index: number;
  readonly name: string;
  readonly kind?: string;
  readonly master?: number;
  readonly isUp: boolean;
  /** Whose it is, when it bears our mark. */
  readonly owner?: LinkOwner;
}

/** What the mark of a link of ours says. */
export interface LinkOwner {
  readonly kind: 'network' | 'segment' | 'sandbox';
  readonly id: string;
  /** The run directory; one that is long is cut and has a hash at its end. */
  readonly directory: string;
  /** Whether that is the run directory that was asked about. */
  readonly isOurs: boolean;
}

/** A range of addresses that an interface of the host has, or that it leads to. */
export interface RangeFacts {
  /** NETWORK/PREFIX. */
  readonly range: string;
  readonly interface: string;
}

/** What came of making a link or a namespace to see whether it can be done. */
export type Ability = 'yes' | 'no' | 'unknown';

/** What the kernel can do, tried in a namespace that was gone afterwards. */
export interface FeatureFacts {
  /** Whether a namespace could be made at all. */
  readonly namespaces: 'yes' | 'unknown' | Problem;
  readonly cookies: Ability;
  /** By kind of link: `veth`. */
  readonly links: Readonly<Record<string, Ability>>;
}

/** Who guards the host, and whether he can. */
export interface FirewallFacts {
  readonly backend: FirewallBackend;
  /** Whether netplumb switches the host's forwarding on. */
  readonly switchesForwarding: boolean;
  /** Programs that the backend runs and that are not installed. */
  readonly missingTools: readonly string[];
  /** Of the `iptables-restore` that is installed. */
  readonly variant?: 'nft' | 'legacy';
  /** Whether the kernel, and the programs, take the rules of netplumb. */
  readonly rules: Trial;
  /** The same of what pins addresses to ports of bridges (`netplumb.spoof_guard`). */
  readonly guard: Trial;
}

/** What came of asking whether rules would be taken. */
export type Trial = 'yes' | 'unknown' | Refusal;

export interface Refusal {
  /** What the program said. */
  readonly said: string;
  /** Features that are lacking, as far as that was found out. */
  readonly lacks: readonly string[];
}

export interface DirectoryFacts {
  readonly path: string;
  /** Whether it is there; it is made when it is first needed. */
  readonly exists: boolean;
  /** The nearest directory that is there: itself, or the one in which it will be made. */
  readonly nearest: string;
  /** Why it cannot be used. */
  readonly problem?: string;
  /** Name of the file system (`tmpfs`), or its number in hexadecimal digits when it is none that we know. */
  readonly fileSystem?: string;
  /** Bytes that we could still write. */
  readonly free?: number;
}

export interface RecordFacts {
  readonly networks: readonly NetworkFacts[];
  readonly sandboxes: readonly SandboxFacts[];
  /** Ids of all sandboxes and networks on record, and of those that were while links were listed. */
  readonly known: ReadonlySet<string>;
  /** Names of those that nobody can use any more. */
  readonly dead: readonly string[];
  /** Families whose forwarding netplumb has switched on. */
  readonly sealed: Sealed;
  /** Whether the rules that sandboxes rely on are in force; left out where there is none that does, or nobody can look. */
  readonly isGuarded?: boolean;
}

export interface NetworkFacts {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  /** NETWORK/PREFIX. */
  readonly subnets: readonly string[];
  readonly interface?: string;
  readonly ours: boolean;
  /** Whether sandboxes have joined it, so that its link must be there. */
  readonly isJoined: boolean;
}

export interface SandboxFacts {
  readonly name: string;
  /** How many of its endpoints have an address of the family. */
  readonly ipv4: number;
  readonly ipv6: number;
  /** Names of the networks it is in. */
  readonly networks: readonly string[];
}
