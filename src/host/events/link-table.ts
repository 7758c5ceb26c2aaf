import { IFF_LOWER_UP, IFF_UP, type Link } from '../../netlink/index.js';
import { isMarkOf, parseMark } from '../../network/index.js';
import type { LinkEvent, LinkOwner, LinkSummary } from './event.js';

/** A link as it was last seen. */
export interface KnownLink {
  readonly summary: LinkSummary;
  readonly owner: LinkOwner;
}

/** What a link's description says that was not known. */
export interface LinkNews {
  readonly action: 'created' | 'changed';
  readonly known: KnownLink;
  readonly changed?: LinkEvent['changed'];
}

const summaryKeys = ['name', 'kind', 'state', 'mtu', 'address', 'master'] as const;
const ownerKeys = ['sandbox', 'network'] as const;

/** The links of the host, for what the kernel's events leave out: whether a link is new, and the names behind indexes. */
export class LinkTable {
  readonly #directory: string;
  readonly #links = new Map<number, KnownLink>();

  /** `directory`: the run directory, in which links of ours are on record. */
  constructor(directory: string, links: readonly Link[]) {
    this.#directory = directory;
    // Bridges before ports: a port is told by the name of its bridge.
    for (const link of [...links].sort(
      (one, other) => Number(other.master === undefined) - Number(one.master === undefined),
    )) {
      this.see(link);
    }
  }

  get(index: number | undefined): KnownLink | undefined {
    return index === undefined ? undefined : this.#links.get(index);
  }

  indexes(): number[] {
    return [...this.#links.keys()];
  }

  /** Takes a link's description in; nothing when it says nothing new. */
  see(link: Link): LinkNews | undefined {
    const before = this.#links.get(link.index);
    const known: KnownLink = { summary: this.#summaryOf(link), owner: this.#ownerOf(link) };
    this.#links.set(link.index, known);
    if (!before) {
      return { action: 'created', known };
    }
    const changed = [
      ...summaryKeys.filter((key) => before.summary[key] !== known.summary[key]),
      ...ownerKeys.filter((key) => before.owner[key]?.id !== known.owner[key]?.id),
    ];
    return changed.length === 0 ? undefined : { action: 'changed', known, changed };
  }

  /** Forgets a link, and returns it if it was known. */
  forget(index: number): KnownLink | undefined {
    const known = this.#links.get(index);
    this.#links.delete(index);
    return known;
  }

  #summaryOf({ index, name, info, flags, mtu, address, master }: Link): LinkSummary {
    const masterName = this.get(master)?.summary.name;
    return {
      index,
      name,
      ...(info?.kind !== undefined && { kind: info.kind }),
      state: stateOf(flags),
      mtu,
      ...(address !== undefined && { address }),
      ...(masterName !== undefined && { master: masterName }),
    };
  }

  #ownerOf({ alias }: Link): LinkOwner {
    const mark = parseMark(alias);
    return mark && isMarkOf(mark, this.#directory) ? { [mark.kind]: { id: mark.id, name: mark.name } } : {};
  }
}

function stateOf(flags: number): LinkSummary['state'] {
  if ((flags & IFF_UP) === 0) {
    return 'down';
  }
  return (flags & IFF_LOWER_UP) === 0 ? 'no-carrier' : 'up';
}
