import { createHash } from 'node:crypto';
import { shortId } from '../address/index.js';

/** What a kernel object of ours belongs to. */
export interface Mark {
  /** The run directory in whose records it stands; one that is too long for an alias is cut and has a hash at its end. */
  readonly directory: string;
  readonly kind: 'network' | 'sandbox';
  /** The first characters of the id. */
  readonly id: string;
}

/**
 * As much of a run directory, in bytes, as an alias has room for: IFALIASZ (256, linux/if.h) less the NUL, which the
 * kernel counts twice, and the longest words before it.
 */
const longestDirectory = 254 - 'netplumb network 0123456789ab '.length;

/** The interface alias that says whose a link is: `netplumb sandbox 4f2a9c01b3d7 /run/netplumb`. */
export function formatMark(kind: Mark['kind'], id: string, directory: string): string {
  return `netplumb ${kind} ${shortId(id)} ${directoryMark(directory)}`;
}

/** Reads an alias; nothing when it is none of ours. */
export function parseMark(alias: string | undefined): Mark | undefined {
  const match = /^netplumb (network|sandbox) ([0-9a-f]{12}) (\/.*)$/s.exec(alias ?? '');
  if (!match) {
    return undefined;
  }
  const [, kind, id, directory] = match as unknown as [string, Mark['kind'], string, string];
  return { kind, id, directory };
}

/** Whether the mark's directory is this one. */
export function isMarkOf(mark: Mark, directory: string): boolean {
  return mark.directory === directoryMark(directory);
}

/** The directory itself; of one that is too long the beginning, and what tells it from others that begin alike. */
function directoryMark(directory: string): string {
  const bytes = Buffer.from(directory);
  if (bytes.length <= longestDirectory) {
    return directory;
  }
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const beginning = new TextDecoder().decode(bytes.subarray(0, longestDirectory - hash.length - 1), { stream: true });
  return `${beginning}~${hash}`;
}
