import { closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type EndpointContext, netnsDirectory } from '../../endpoint/index.js';
import { attempt, codeOf } from '../../errors/index.js';
import { getNetnsId } from '../../netlink/index.js';

/** A file under /run/netns that leads to a network namespace. */
export interface NamespaceFile {
  readonly path: string;
  /** Where it leads if it is a symbolic link. */
  readonly target?: string;
  /** The same for all files of one namespace. */
  readonly namespace: string;
  /** The host's number of the namespace; none if it never needed one. */
  readonly nsid?: number;
}

/** So many descriptors are open at once. */
const chunkSize = 128;

/** The files under /run/netns that lead to network namespaces other than the host's. */
export async function namespaceFiles(context: Pick<EndpointContext, 'connection' | 'netns'>): Promise<NamespaceFile[]> {
  const names = namesIn(netnsDirectory).sort();
  const found: NamespaceFile[] = [];
  for (let i = 0; i < names.length; i += chunkSize) {
    found.push(...(await examine(context, names.slice(i, i + chunkSize))));
  }
  return found;
}

async function examine(
  { connection, netns: host }: Pick<EndpointContext, 'connection' | 'netns'>,
  names: readonly string[],
): Promise<NamespaceFile[]> {
  const opened = names.flatMap((name) => openFile(join(netnsDirectory, name)) ?? []);
  try {
    const answers = await connection.requestAll(opened.map(({ fd }) => getNetnsId({ fd })));
    return opened.flatMap(({ fd, path }, i): NamespaceFile[] => {
      const { dev, ino } = fstatSync(fd);
      const nsid = answers[i]?.body?.nsid;
      // What is no network namespace has no number and is refused.
      if (nsid === undefined || (dev === host.dev && ino === host.ino)) {
        return [];
      }
      const target = attempt(() => readlinkSync(path));
      const isLink = !(target instanceof Error);
      return [{ path, namespace: `${dev}:${ino}`, ...(isLink && { target }), ...(nsid >= 0 && { nsid }) }];
    });
  } finally {
    for (const { fd } of opened) {
      closeSync(fd);
    }
  }
}

/** Nothing for what leads nowhere. A pipe must not hold us up. */
function openFile(path: string): { path: string; fd: number } | undefined {
  try {
    return { path, fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) };
  } catch (error) {
    // That we can open no more does not tell what it is.
    if (['EMFILE', 'ENFILE', 'ENOMEM'].includes(codeOf(error) ?? '')) {
      throw error;
    }
    return undefined;
  }
}

function namesIn(directory: string): string[] {
  const names = attempt(() => readdirSync(directory));
  return names instanceof Error ? [] : names;
}
