import type { MachineFacts, RecordFacts, Use } from '../facts.js';
import { type Finding, type FindingId, finding, ok } from '../finding.js';

/** Of which on it gets tight. */
const tight = 0.9;

/** Something of which there are only so many. */
interface Room {
  readonly id: FindingId;
  readonly use: Use | undefined;
  /** `… of … files of the machine are open`. */
  readonly what: string;
  readonly detail: string;
  /** What to do, given how much would be enough. */
  readonly remedy: (enough: number) => string;
}

/** What fills up as sandboxes become more. */
export function checkRoom({ files, mounts, tasks }: MachineFacts): Finding[] {
  const rooms: readonly Room[] = [
    {
      id: 'all-files',
      use: files,
      what: 'files of the machine are open (fs.file-max)',
      detail: 'Each published port, each namespace that a program holds and each open host takes some.',
      remedy: (enough) => `Raise the limit: sysctl -w fs.file-max=${enough}`,
    },
    {
      id: 'mounts',
      use: mounts,
      what: 'mounts of this mount namespace are there (fs.mount-max)',
      detail: 'Each sandbox whose namespace netplumb makes is one more, under /run/netns.',
      remedy: (enough) => `Raise the limit: sysctl -w fs.mount-max=${enough}`,
    },
    {
      id: 'tasks',
      use: tasks,
      what: 'processes and threads of this control group are running (pids.max)',
      detail: 'Every command in a sandbox takes at least one.',
      remedy: (enough) => `Raise the limit: TasksMax=${enough} of the service, or pids.max of the control group`,
    },
  ];
  return rooms.flatMap(({ id, use, what, detail, remedy }) => {
    if (!use) {
      return [];
    }
    const title = `${use.used} of ${use.most} ${what}`;
    return use.used < use.most * tight
      ? [ok(id, title)]
      : [finding(id, 'warning', [title, detail, remedy(4 * use.most)])];
  });
}

/** How many there are beside those of sandboxes on record, the kernel does not tell. */
export function checkNamespaces({ namespacesMost }: MachineFacts, records: RecordFacts | undefined): Finding[] {
  const id = 'net-namespaces';
  if (namespacesMost === undefined) {
    return [];
  }
  const used = records?.sandboxes.length ?? 0;
  const title = `a user may have ${namespacesMost} network namespaces (user.max_net_namespaces)`;
  if (used < namespacesMost * tight) {
    return [ok(id, title)];
  }
  const detail = `${used} sandboxes are on record; namespaces of other programs count, too.`;
  const remedy = `Raise the limit: sysctl -w user.max_net_namespaces=${Math.max(65_536, 4 * namespacesMost)}`;
  return [finding(id, 'warning', [title, detail, remedy])];
}
