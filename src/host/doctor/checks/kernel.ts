import { type Facts, isProblem } from '../facts.js';
import { type Finding, type FindingId, finding, ok } from '../finding.js';

/** With pidfd_open (5.3), which `run` needs. */
const oldestUsable = [5, 3] as const;

/** What the kernel can do. */
export function checkKernel(facts: Facts): Finding[] {
  return [
    checkVersion(facts.machine.release),
    ...checkNamespaces(facts),
    ...checkCookies(facts),
    ...checkLinks(facts),
    ...checkNfTables(facts),
  ];
}

function checkVersion(release: string): Finding {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  if (major > oldestUsable[0] || (major === oldestUsable[0] && minor >= oldestUsable[1])) {
    return ok('kernel-version', `the kernel is Linux ${release}`);
  }
  const detail = `netplumb needs ${oldestUsable.join('.')} or later: commands are watched by descriptors of their processes.`;
  return finding('kernel-version', 'error', [`Linux ${release} is too old`, detail, 'Use a newer kernel.']);
}

/** A thread must not go back into a network namespace that its user namespace does not own (netns_install). */
const outside =
  'Run outside of this user namespace, or use a host namespace that was made in it (unshare --user --net).';

function checkNamespaces({ features: { namespaces }, process }: Facts): Finding[] {
  if (namespaces === 'unknown') {
    return [];
  }
  if (namespaces === 'yes') {
    return [ok('namespaces', 'network namespaces can be made')];
  }
  const { problem, hint } = namespaces;
  const remedies = [
    ...(process.inFirstUserNamespace === false ? [outside] : []),
    ...(hint === undefined ? [] : [hint]),
  ];
  const remedy = remedies.length > 0 ? remedies.join(' Otherwise: ') : undefined;
  return [finding('namespaces', 'error', ['network namespaces cannot be made', `${problem}.`, remedy])];
}

function checkCookies({ features: { cookies } }: Facts): Finding[] {
  if (cookies === 'unknown') {
    return [];
  }
  if (cookies === 'yes') {
    return [ok('namespace-cookies', 'namespaces can be told apart for good')];
  }
  const detail = 'Without their cookies gc may take a new namespace at the place of an old one for the same.';
  const remedy = 'Use Linux 5.14 or later.';
  return [finding('namespace-cookies', 'warning', ['namespaces have no cookies', detail, remedy])];
}

interface LinkKind {
  readonly id: FindingId;
  readonly use: string;
  readonly lack: 'error' | 'note';
  readonly option: string;
}

const linkKinds: Readonly<Record<string, LinkKind>> = {
  veth: { id: 'links-veth', use: 'every endpoint of a bridge or ptp network is one', lack: 'error', option: 'VETH' },
  bridge: { id: 'links-bridge', use: 'networks of driver bridge are built on one', lack: 'error', option: 'BRIDGE' },
  macvlan: { id: 'links-macvlan', use: 'driver macvlan makes them', lack: 'note', option: 'MACVLAN' },
  dummy: { id: 'links-dummy', use: 'a macvlan network without a parent stands on one', lack: 'note', option: 'DUMMY' },
  vxlan: { id: 'links-vxlan', use: 'networks across machines need them', lack: 'note', option: 'VXLAN' },
};

function checkLinks({ features: { links } }: Facts): Finding[] {
  return Object.entries(linkKinds).flatMap(([kind, { id, use, lack, option }]) => {
    switch (links[kind]) {
      case 'yes':
        return [ok(id, `the kernel has ${kind} links`)];
      case 'no': {
        const remedy = `Load its module (modprobe ${kind}), or use a kernel built with CONFIG_${option}.`;
        return [finding(id, lack, [`the kernel has no ${kind} links`, `Needed because ${use}.`, remedy])];
      }
      default:
        return [];
    }
  });
}

function checkNfTables({ namespace, firewall }: Facts): Finding[] {
  if (isProblem(namespace) || namespace.chains === undefined) {
    return [];
  }
  if (namespace.chains !== 'unsupported') {
    return [ok('nf-tables', 'the kernel has nf_tables')];
  }
  const level = firewall.backend === 'nftables' ? 'error' : 'note';
  const detail = 'The firewall backend nftables, which is the default, consists of rules for it.';
  const remedy =
    'Load its module (modprobe nf_tables), use a kernel built with CONFIG_NF_TABLES, or choose --firewall=iptables.';
  return [finding('nf-tables', level, ['the kernel has no nf_tables', detail, remedy])];
}
