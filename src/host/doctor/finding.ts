/** What doctor looks at. One id may have several findings: one for each bridge, say. docs/doctor.md describes them all. */
export const findingIds = [
  'proc',
  'host-namespace',
  'capability-net-admin',
  'capability-sys-admin',
  'capability-sys-ptrace',
  'user-namespace',
  'kernel-version',
  'namespaces',
  'namespace-cookies',
  'links-veth',
  'links-bridge',
  'links-macvlan',
  'links-dummy',
  'links-vxlan',
  'nf-tables',
  'firewall-tools',
  'firewall-rules',
  'firewall-guard',
  'rules',
  'ip-forward',
  'ipv6-forward',
  'ipv6',
  'rp-filter',
  'bridge-netfilter',
  'forward-policy',
  'forwarding-sealed',
  'foreign-firewall',
  'iptables-legacy',
  'conntrack',
  'neighbours-ipv4',
  'neighbours-ipv6',
  'open-files',
  'all-files',
  'net-namespaces',
  'mounts',
  'threads',
  'tasks',
  'run-directory',
  'state-directory',
  'records',
  'definitions',
  'sandboxes',
  'orphans',
  'other-run-directories',
  'bridges',
  'bridge-ports',
  'ranges',
] as const;

export type FindingId = (typeof findingIds)[number];

/**
 * `ok`: as it should be. `note`: worth knowing. `warning`: something that is asked of netplumb will fail or surprise.
 * `error`: netplumb cannot do its work, or sandboxes are cut off.
 */
export type FindingLevel = 'ok' | 'note' | 'warning' | 'error';

/** One thing that doctor has looked at. */
export interface Finding {
  readonly id: FindingId;
  readonly level: FindingLevel;
  /** What is so, in a few words. */
  readonly title: string;
  /** What it means; may be empty where the title says it all. */
  readonly detail: string;
  /** What to do about it; missing where nothing is to be done. */
  readonly remedy?: string;
}

/** A finding of something that is as it should be. */
export function ok(id: FindingId, title: string, detail = ''): Finding {
  return { id, level: 'ok', title, detail };
}

/** A finding that somebody should know about: `[what, what it means, what to do]`. */
export function finding(
  id: FindingId,
  level: Exclude<FindingLevel, 'ok'>,
  [title, detail, remedy]: readonly [title: string, detail: string, remedy?: string],
): Finding {
  return { id, level, title, detail, ...(remedy !== undefined && { remedy }) };
}
