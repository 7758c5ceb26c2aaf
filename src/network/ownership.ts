import { createHash } from 'node:crypto';
import { IFF_UP, type Link } from '../netlink/index.js';

/** What a kernel object of ours belongs to. */
export interface Mark {
  /** The run directory in whose records it stands; one that is too long for an alias is cut and has a hash at its end. */
  readonly directory: string;
  /** `segment`: one of a network's further bridges, or the pair that joins it to the network's own; the id is the network's. */
  readonly kind: 'network' | 'segment' | 'sandbox';
  /** All 64 characters. */
  readonly id: string;
  readonly name: string;
}

/**
 * As much of a run directory, in bytes, as an alias has room for: IFALIASZ (256, linux/if.h) less the NUL, which the
 * kernel counts twice, and the longest words before it.
 */
const longestDirectory = 254 - `netplumb network ${'f'.repeat(64)} ${'n'.repeat(63)} `.length;

/**
 * The interface alias that says whose a link is: `netplumb sandbox ID NAME /run/netplumb`. Enough to write the record anew if
 * it is ever lost.
 */
export function formatMark({ kind, id, name }: Omit<Mark, 'directory'>, directory: string): string {
  return `netplumb ${kind} ${id} ${name} ${directoryMark(directory)}`;
}

/** Reads an alias; nothing when it is none of ours. */
export function parseMark(alias: string | undefined): Mark | undefined {
  const match = /^netplumb (network|segment|sandbox) ([0-9a-f]{64}) ([\w.-]{2,63}) (\/.*)$/s.exec(alias ?? '');
  if (!match) {
    return undefined;
  }
  const [, kind, id, name, directory] = match as unknown as [string, Mark['kind'], string, string, string];
  return { kind, id, name, directory };
}

/** Whether the mark's directory is this one. */
export function isMarkOf(mark: Mark, directory: string): boolean {
  return mark.directory === directoryMark(directory);
}

/** The directory itself; of one that is too long the beginning, and what tells it from others that begin alike. */
function directoryMark(directory: string): string {
  if (Buffer.byteLength(directory) <= longestDirectory) {
    return directory;
  }
  const bytes = Buffer.from(directory);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const beginning = new TextDecoder().decode(bytes.subarray(0, longestDirectory - hash.length - 1), { stream: true });
  return `${beginning}~${hash}`;
}

/**
 * Whether a link that stands in a network's record as ours has been made and no more: its mark comes next, before it is brought up.
 * What was there before the record, or has been made in its place, is somebody's who wants it up or has named it.
 */
export function isUnfinished({ alias, flags }: Link): boolean {
  return alias === undefined && (flags & IFF_UP) === 0;
}
