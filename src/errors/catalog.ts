/** What people are told about one error: what happened, and what to do about it. Placeholders: see template.ts. */
interface Entry {
  readonly message: string;
  readonly hint?: string;
}

/**
 * Every error that netplumb itself raises, by code. The kernel's own refusals keep the kernel's code instead and are in
 * kernel.ts. No code here is an errno name, so that a code alone tells who refused. docs/errors.md lists them all and
 * test/unit/errors holds it to this table.
 */
export const catalog = {
  // What was asked for is not well formed.
  EUSAGE: {
    message: '{problem:text}',
    hint: 'Add --help to see commands and options.',
  },
  EBADOPTION: {
    message: 'option {option} cannot be {value}: {reason:text}',
  },
  EBADNAME: {
    message: '{value} is not a valid {kind:text} name: {reason:text}',
    hint: 'Names have 2 to 63 characters: a letter or digit, then letters, digits, "_", "." and "-".',
  },
  EBADIFNAME: {
    message: '{value} is not a valid interface name: {reason:text}',
    hint: 'Interface names have 1 to 15 visible ASCII characters without "/", ":" and "%".',
  },
  EBADHOSTNAME: {
    message: '{value} is not a valid host name: {reason:text}',
    hint: 'Host names have at most 64 characters: labels of letters, digits and inner "-", joined by dots.',
  },
  EBADADDR: {
    message: '{value} is not a valid {kind:text} address',
    hint: 'Write {form:text}.',
  },
  EBADCIDR: {
    message: '{value} is not a valid {kind:text}: {reason:text}',
    hint: 'Write an address and a prefix length, such as {example:text}.',
  },
  EBADMAC: {
    message: '{value} cannot be the MAC address of an interface: {reason:text}',
    hint: 'Write a unicast address as six hexadecimal bytes, such as 02:42:ac:11:00:02.',
  },
  EBADMTU: {
    message: '{value} is not a valid MTU',
    hint: 'The MTU is a whole number of bytes from 68 to 65535.',
  },
  EBADPID: {
    message: '{value} is not a valid process id',
    hint: 'Process ids are whole numbers from 1 to 4194304.',
  },
  EBADPORT: {
    message: '{value} is not a valid {kind:text}: {reason:text}',
    hint: 'Write {form:text}.',
  },
  EBADMODE: {
    message: '{value} is neither a network mode nor the name of a network',
    hint: 'Modes are bridge, host, none, container:NAME|ID and the names of networks.',
  },

  // Addresses.
  EOUTSIDESUBNET: {
    message: 'address {address} is outside subnet {subnet} of network {network}',
    hint: 'Choose an address inside the subnet, or let netplumb choose one.',
  },
  EADDRRESERVED: {
    message: 'address {address} is the {role:text} address of network {network} and cannot be given to a sandbox',
    hint: 'Choose another address, or let netplumb choose one.',
  },
  EADDRTAKEN: {
    message: 'address {address} of network {network} is already taken by sandbox {sandbox}',
    hint: 'Choose another address, let netplumb choose one, or detach that sandbox first.',
  },
  EPOOL: {
    message: 'network {network} has no free address left in {subnet}',
    hint: 'Detach sandboxes that are no longer needed (gc finds dead ones), or use a larger subnet.',
  },
  ENOPOOL: {
    message: 'no address pool is free for network {network}: each one overlaps a route or network of this host',
    hint: 'Name a free range yourself: --bip for the default bridge, --subnet for a network; or give more default-address-pools.',
  },
  EOVERLAP: {
    message: 'subnet {subnet} overlaps subnet {other} of network {network}',
    hint: 'Choose another range, or leave it out; "netplumb network inspect" shows what other networks have.',
  },

  // Ports of the host.
  EPORTTAKEN: {
    message: 'port {port:text} of the host is already published by sandbox {sandbox}',
    hint: 'Choose another port, let netplumb choose one, or unpublish that one first.',
  },
  ENOFREEPORT: {
    message: 'no {protocol:text} port of the host is free from {first} to {last}',
    hint: 'Name a port, or a range of them, that is free; or detach sandboxes that are no longer needed.',
  },
  EPORTINUSE: {
    message: 'port {port:text} of the host, at {address}, is in use by {user:text}',
    hint: 'Choose another port, let netplumb choose one, or end what uses it.',
  },
  ENOHOSTADDR: {
    message: '{address} is not an address of this host: nothing can be published on it',
    hint: 'Publish on an address that the host has, or on all by naming none.',
  },
  ENOTPUBLISHED: {
    message: 'sandbox {sandbox} has no published port {port:text}',
    hint: 'See what it has with netplumb port.',
  },

  // Firewall.
  ENOTOOL: {
    message: 'program {tool} was not found; looked for {tried:text}',
    hint: 'Install it, or choose another backend with --firewall.',
  },
  ERULES: {
    message: 'the rules of {table} cannot be loaded: {reason:text}',
    hint: 'See what netplumb doctor says, or choose another backend with --firewall.',
  },
  ERULESBUSY: {
    message: 'the rules of {table} are being changed all the time: they could not be compared with the records',
    hint: 'Try again once fewer sandboxes come and go.',
  },

  // Sandboxes and networks.
  ENAMEINUSE: {
    message: '{kind:text} name {name} is already in use by {id}',
    hint: 'Choose another name, or remove the one that has it.',
  },
  ENONETWORK: {
    message: 'there is no network {network}',
    hint: 'The command "netplumb network ls" lists networks.',
  },
  EBUILTIN: {
    message: 'network {network} is there from the start and cannot be {done:text}',
    hint: 'Choose another name; sandboxes join host and none by their mode: --net=host, --net=none.',
  },
  ENETWORKINUSE: {
    message: 'network {network} is still in use by {users:text}',
    hint: 'Detach these sandboxes, or disconnect them from the network, then try again.',
  },
  EINNETWORK: {
    message: 'sandbox {sandbox} is in network {network} already',
    hint: 'One sandbox has one endpoint in a network; disconnect it first to give it another.',
  },
  ENOTINNETWORK: {
    message: 'sandbox {sandbox} is not in network {network}',
    hint: 'The command "netplumb inspect NAME" shows the networks that a sandbox is in.',
  },
  ENOTLINKED: {
    message: 'there is no link between sandboxes {sandbox} and {other}',
    hint: 'The command "netplumb inspect NAME" shows the links that a sandbox has.',
  },
  ENODRIVER: {
    message: 'there is no network driver {driver}',
  },
  ENOPARENT: {
    message: 'interface {interface}, which the network stands on, does not exist',
    hint: 'The command "ip link" lists interfaces; name another one with --opt parent=NAME.',
  },
  EPARENTBUSY: {
    message: 'interface {interface} cannot carry another endpoint: it is in use in another way',
    hint: 'A port of a bridge, or a parent in mode passthru, carries no other endpoints.',
  },
  ENOSANDBOX: {
    message: 'there is no sandbox {sandbox}',
    hint: 'The command "netplumb ls" lists sandboxes.',
  },
  EAMBIGUOUS: {
    message: 'id prefix {prefix} fits more than one {kind:text}',
    hint: 'Give more characters of the id, or the name.',
  },
  EINUSE: {
    message: 'sandbox {sandbox} is still in use by {user:text}',
    hint: 'Wait for it to end, or end it, then try again.',
  },
  ENOOWNNETNS: {
    message: 'sandbox {sandbox} has no network namespace of its own that could be shared',
    hint: 'It runs in mode {mode:text}; share a sandbox of mode bridge or none, or use the same mode.',
  },
  ENOREACH: {
    message: 'the network namespace of sandbox {sandbox} cannot be found again: only a descriptor of it was given',
    hint: 'Attach it by its process (--pid) or file (--netns), then it can join further networks.',
  },

  // Network namespaces.
  ENOPROCESS: {
    message: 'process {pid} does not exist',
    hint: 'It may have ended; its sandbox, if it had one, is removed by gc.',
  },
  ENOTNETNS: {
    message: '{path} is not a network namespace: {reason:text}',
    hint: 'Use a path such as /run/netns/NAME or /proc/PID/ns/net.',
  },
  EJOINED: {
    message: 'the network namespace of {target:text} already belongs to sandbox {sandbox}',
    hint: 'Detach that sandbox first, or share it with mode container:NAME|ID.',
  },
  EIFINUSE: {
    message: 'the network namespace of {target:text} already has an interface {interface}',
    hint: 'Remove that interface first, or attach a namespace that has only a loopback interface.',
  },
  ENETNSNAME: {
    message: 'there is already a network namespace at {path}',
    hint: 'Choose another name, or remove it with "ip netns del" if nothing uses it.',
  },

  // Bridges.
  ENOBRIDGE: {
    message: 'bridge {bridge} does not exist',
    hint: 'If it was deleted while sandboxes were on it, run gc, then attach again.',
  },
  ENOTBRIDGE: {
    message: 'interface {interface} is not a bridge',
    hint: 'Name another interface with --bridge, or leave the option out.',
  },
  EBRIDGEFOREIGN: {
    message: 'bridge {bridge} was not made by netplumb',
    hint: 'Name it with --bridge to use it as it is, or remove it.',
  },
  EBRIDGEOWNER: {
    message: 'bridge {bridge} belongs to the netplumb with run directory {directory}',
    hint: 'Use that run directory (--run-dir), or another bridge (--bridge).',
  },
  EBRIDGENOADDR: {
    message: 'bridge {bridge} has no IPv4 address',
    hint: 'Give it one, for example with "ip address add 172.17.0.1/16 dev NAME"; sandboxes take theirs from its subnet.',
  },
  EBRIDGEFULL: {
    message: 'bridge {bridge} is full: the kernel allows 1023 ports on one bridge',
    hint: 'Attach further sandboxes to another network.',
  },

  // Names.
  ENAMESERVER: {
    message: 'network {network} has no name server: {reason:text}',
    hint: 'A network that is made with --disable-dns needs none.',
  },

  // The engine, the host and the kernel's answers.
  EADDON: {
    message: 'the native addon cannot be loaded; tried {tried:text}',
    hint: 'The package brings one for Linux on x64; for other machines build it from the repository with "npm run build".',
  },
  EENGINE: {
    message: 'the engine of this host has stopped: {reason:text}',
    hint: 'Close the host and open it again; nothing that was recorded is lost.',
  },
  ECLOSED: {
    message: 'the host is closed',
    hint: 'Open it again with openHost.',
  },
  EPOOLCLOSED: {
    message: 'the pool of network {network} is closed',
    hint: 'Open another with host.pool.',
  },
  EBADREQUEST: {
    message: 'the request {request:text} cannot be written: {problem:text}',
  },
  EABORTED: {
    message: 'the operation was aborted by its signal',
  },
  EDUMPINTR: {
    message: 'the answer to {operation:text} was interrupted by changes {attempts} times in a row',
    hint: 'Something changes the kernel tables without pause; try again when it has calmed down.',
  },
  EBADREPLY: {
    message: 'the answer of the kernel to {operation:text} is malformed: {reason:text}',
    hint: 'This is a bug in netplumb or in the kernel; please report it with the output of "uname -a".',
  },
  ELOSTEVENTS: {
    message: 'notifications of the kernel were lost because they were not read fast enough',
    hint: 'Read the state again: what happened in between is not known.',
  },
  EUNSUPPORTED: {
    message: 'this kernel does not support {feature:text}',
    hint: 'The command "netplumb doctor" shows what this kernel offers.',
  },

  // State.
  ESTATEVERSION: {
    message: 'the state in {directory} was written by a newer netplumb (format {found}, known up to {known})',
    hint: 'Use that version of netplumb, or another directory.',
  },
  ESTATECORRUPT: {
    message: 'the state in {directory} is damaged: {reason:text}',
    hint: 'Repair it, or move it away and run gc: it removes the kernel objects that no record owns.',
  },
  ESTATELOST: {
    message:
      'the records in {directory} were lost: {reason:text}; put back on record from the kernel: {sandboxes:text}',
    hint: 'Lost are published and exposed ports, links by name, aliases, variables, host names, name servers, hosts and gateway priorities that were asked for, and sandboxes without an interface of ours.',
  },
  ENOTREBUILT: {
    message: '{kind:text} {name} could not be put back on record as it was: {reason:text}',
    hint: 'Detach it, or remove it, and make it again.',
  },
  ESTATEREPLACED: {
    message: 'the state in {directory} was damaged: another process has set it aside and begun a new one',
    hint: 'Open the host again, and repeat what has failed.',
  },

  // Commands started by run.
  ENOCOMMAND: {
    message: 'command {command} was not found',
    hint: 'It is looked up in the PATH of the caller.',
  },
  ENOTEXECUTABLE: {
    message: 'command {command} cannot be executed: {reason:text}',
    hint: 'Check that it is a program for this machine and has the execute permission.',
  },
  ENOBENCH: {
    message: 'the host cannot be measured: {reason:text}',
    hint: 'It takes unshare, mount and umount of util-linux and the capability CAP_SYS_ADMIN, for namespaces of its own.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

/** A code that netplumb itself raises. */
export type OwnCode = keyof typeof catalog;
