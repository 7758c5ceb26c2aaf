import type { Facts } from '../facts.js';
import { type Finding, type FindingId, finding, ok } from '../finding.js';

interface Capability {
  readonly id: FindingId;
  readonly name: string;
  /** Its bit (linux/capability.h). */
  readonly bit: bigint;
  readonly use: string;
  readonly lack: 'error' | 'warning';
}

const capabilities: readonly Capability[] = [
  {
    id: 'capability-net-admin',
    name: 'CAP_NET_ADMIN',
    bit: 12n,
    use: 'to make links, addresses and routes',
    lack: 'error',
  },
  {
    id: 'capability-sys-admin',
    name: 'CAP_SYS_ADMIN',
    bit: 21n,
    use: 'to create, enter and pin network namespaces',
    lack: 'error',
  },
  {
    id: 'capability-sys-ptrace',
    name: 'CAP_SYS_PTRACE',
    bit: 19n,
    use: 'to open the namespaces of processes of other users (attach --pid)',
    lack: 'warning',
  },
];

/** The process that asks: what it may do, and how much it may open. */
export function checkProcess({ process, machine }: Facts): Finding[] {
  return [
    ...checkProc(process),
    ...checkCapabilities(process),
    ...checkUserNamespace(process),
    ...checkFiles(process, machine),
  ];
}

function checkProc({ capabilities: found }: Facts['process']): Finding[] {
  if (found !== undefined) {
    return [ok('proc', '/proc is mounted')];
  }
  const detail = 'Namespaces, kernel parameters and processes are found there; without it nothing works.';
  return [finding('proc', 'error', ['/proc is not mounted', detail, 'Mount it: mount -t proc proc /proc'])];
}

function checkCapabilities({ capabilities: found }: Facts['process']): Finding[] {
  if (found === undefined) {
    return [];
  }
  return capabilities.map(({ id, name, bit, use, lack }) => {
    if ((found & (1n << bit)) !== 0n) {
      return ok(id, `this process has ${name}`, `It is needed ${use}.`);
    }
    const option = name.replace('CAP_', '');
    const remedy = `Run as root; in a container, add the capability (--cap-add ${option}).`;
    return finding(id, lack, [`this process lacks ${name}`, `It is needed ${use}.`, remedy]);
  });
}

function checkUserNamespace({ inFirstUserNamespace }: Facts['process']): Finding[] {
  switch (inFirstUserNamespace) {
    case undefined:
      return [];
    case true:
      return [ok('user-namespace', 'this process is in the first user namespace')];
    case false:
      return [
        finding('user-namespace', 'note', [
          'this process is in a user namespace of its own',
          'Its capabilities count only for network namespaces that were made in it, not for those of the machine.',
          "To work on the machine's own network, run outside of it.",
        ]),
      ];
  }
}

/** Each sandbox that is given by descriptor and each command under `run` takes a few. */
const enoughFiles = 1024;

function checkFiles({ openFiles }: Facts['process'], { openFilesMost }: Facts['machine']): Finding[] {
  if (openFiles === undefined) {
    return [];
  }
  const title =
    openFiles === Number.POSITIVE_INFINITY ? 'any number of files may be open' : `${openFiles} files may be open`;
  if (openFiles >= enoughFiles) {
    return [ok('open-files', title)];
  }
  const detail =
    'Each command under run, each published port and each namespace that a program holds takes a few descriptors.';
  const most = openFilesMost === undefined ? '' : `; root may go up to ${openFilesMost} (fs.nr_open)`;
  const remedy = `Raise the limit: ulimit -n 65536, or LimitNOFILE= of the service${most}`;
  return [finding('open-files', 'warning', [`only ${title}`, detail, remedy])];
}
