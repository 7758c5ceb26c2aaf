/** A kind of operation that needs a privilege, and what to tell those who lack it. */
interface Privilege {
  /** Matched against operation and object: `RTM_NEWLINK veth3f2a`, `open /proc/2778/ns/net`. */
  readonly operation: RegExp;
  readonly hint: string;
}

/** Which operation needs which capability; the first that fits counts. */
export const privileges: readonly Privilege[] = [
  {
    // rtnetlink_rcv_msg and nfnetlink_rcv: netlink_net_capable(skb, CAP_NET_ADMIN).
    operation: /^(RTM_|NFT_|NFNL_|IPCTNL_)/,
    hint: 'Needs CAP_NET_ADMIN in the user namespace that owns the network namespace: run as root.',
  },
  {
    // proc_ns_get_link: ptrace_may_access(task, PTRACE_MODE_READ_FSCREDS).
    operation: /\/proc\/(\d+|PID)\/ns\b/,
    hint: 'Needs CAP_SYS_PTRACE to open the namespace of a process of someone else: run as root, or as that user.',
  },
  {
    // net_ctl_permissions: CAP_NET_ADMIN over the namespace counts as root.
    operation: /^sysctl|\/proc\/sys\//,
    hint: 'Needs root or CAP_NET_ADMIN over the network namespace, and a /proc/sys that is not mounted read-only.',
  },
  {
    // netns_install, copy_namespaces, may_mount.
    operation: /^(setns|unshare|clone|u?mount|pin|sethostname)/,
    hint: 'Needs CAP_SYS_ADMIN to create, enter and pin namespaces: run as root.',
  },
  {
    // inet_bind: ns_capable(net->user_ns, CAP_NET_BIND_SERVICE).
    operation: /^bind /,
    hint: 'Needs CAP_NET_BIND_SERVICE for ports below net.ipv4.ip_unprivileged_port_start (1024): run as root.',
  },
  {
    // Of all that would be refused next this is the first: the records of a host are root's.
    operation: /^(mkdir|realpath|scandir|open|rm|unlink|symlink|lstat) \//,
    hint: 'Needs CAP_DAC_OVERRIDE for files of root, and CAP_SYS_ADMIN and CAP_NET_ADMIN for namespaces and links: run as root.',
  },
];

/** What to tell someone whom the kernel refused an operation (with its object) for lack of a privilege. */
export function privilegeHint(operation: string): string | undefined {
  return privileges.find((privilege) => privilege.operation.test(operation))?.hint;
}
