import { shortId } from '../address/index.js';

/** What a kernel object of ours belongs to. */
export interface Mark {
  /** The run directory in whose records it stands. */
  readonly directory: string;
  readonly kind: 'network' | 'sandbox';
  /** The first characters of the id. */
  readonly id: string;
}

/** The longest alias that the kernel takes: IFALIASZ (linux/if.h) without its NUL, which it counts twice. */
const longestAlias = 254;

/** The interface alias that says whose a link is: `netplumb sandbox 4f2a9c01b3d7 /run/netplumb`. */
export function formatMark(kind: Mark['kind'], id: string, directory: string): string {
  return `netplumb ${kind} ${shortId(id)} ${directory}`.slice(0, longestAlias);
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

/** Whether the mark's directory is this one, which the alias may have cut short. */
export function isMarkOf(mark: Mark, directory: string): boolean {
  return formatMark(mark.kind, mark.id, directory) === formatMark(mark.kind, mark.id, mark.directory);
}
