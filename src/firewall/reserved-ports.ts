import { claimedPorts } from '../ipam/index.js';
import type { Connection } from '../netlink/index.js';
import type { Store, Tables } from '../store/index.js';
import { withFirewallLock } from './lock.js';

/** Where the kernel keeps ports that it gives to nobody who does not ask for them by number; see ip-sysctl.rst. */
const parameter = 'ipv4/ip_local_reserved_ports';

/** Which of them we have put there. */
const note = 'reserved';

interface ReserveContext {
  readonly connection: Connection;
  readonly store: Store;
}

/** Whether ports are kept out of the kernel's hands for sandboxes. */
export function hasReserved({ firewall }: Tables): boolean {
  return ownOf({ firewall }).length > 0;
}

/**
 * Keeps published ports from being given to the host's own programs as local ports, also where no process of ours is left to hold
 * them; ports that are published no longer are free again. What others have reserved stays. Can be repeated.
 */
export async function reservePorts({ connection, store }: ReserveContext): Promise<void> {
  await withFirewallLock(store.directory, async () => {
    const [text] = await connection.readFiles([`sys/net/${parameter}`]);
    const { own, wanted } = store.read((tables) => ({
      own: ownOf(tables),
      wanted: new Set(claimedPorts(tables).map(({ hostPort }) => hostPort)),
    }));
    if (text === undefined || (own.length === 0 && wanted.size === 0)) {
      return;
    }
    const known = new Set(own);
    const foreign = parseRanges(text).filter((port) => !known.has(port));
    const others = new Set(foreign);
    const ours = [...wanted].filter((port) => !others.has(port));
    const remember = (ports: readonly number[]) => store.transaction(({ firewall }) => firewall.putSync(note, ports));
    // Whoever is killed in between knows of too many, not of too few: those would look like somebody else's for ever.
    remember([...new Set([...own, ...ours])]);
    await connection.sysctl([{ path: parameter, value: formatRanges([...foreign, ...ours]) }]);
    remember(ours);
  });
}

function ownOf({ firewall }: Pick<Tables, 'firewall'>): readonly number[] {
  return (firewall.get(note) as readonly number[] | undefined) ?? [];
}

/** `8080,9148-9150` as numbers. */
export function parseRanges(text: string): number[] {
  return text
    .split(',')
    .filter((range) => range.trim() !== '')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** Numbers as `8080,9148-9150`; a line break when there are none: an empty text would change nothing. */
export function formatRanges(ports: readonly number[]): string {
  const sorted = [...new Set(ports)].sort((one, other) => one - other);
  const starts = sorted.filter((port, i) => sorted[i - 1] !== port - 1);
  const ends = sorted.filter((port, i) => sorted[i + 1] !== port + 1);
  return starts.map((start, i) => (start === ends[i] ? `${start}` : `${start}-${ends[i]}`)).join(',') || '\n';
}
