import { getLink, type Link } from '../netlink/index.js';
import type { NetworkRecord } from '../store/index.js';
import { deleteLinks } from './delete-links.js';
import type { DriverContext } from './driver.js';
import { segmentLinks } from './drivers/segment.js';
import { isUnfinished, parseMark } from './ownership.js';

/** A link that was made for a network. */
interface OwnLink {
  readonly name: string;
  /** The network's. */
  readonly id: string;
}

/**
 * Removes the links of ours that networks consist of, all at once; what is gone already counts as removed, and what bears another
 * mark has taken its place. Throws the first refusal; what is left then is for gc.
 */
export async function removeLinks(records: readonly NetworkRecord[], context: DriverContext): Promise<void> {
  await remove(
    records.flatMap(({ id, ours, interface: name }) => (ours && name !== undefined ? [{ name, id }] : [])),
    context,
  );
}

/** The same for what segments of a network consist of. */
export async function removeSegments(
  { id }: NetworkRecord,
  segments: readonly string[],
  context: DriverContext,
): Promise<void> {
  await remove(
    segments.flatMap(segmentLinks).map((name) => ({ name, id })),
    context,
  );
}

async function remove(own: readonly OwnLink[], { connection }: DriverContext): Promise<void> {
  const answers = await connection.requestAll<Link>(own.map(({ name }) => getLink({ name })));
  const links = own.flatMap(({ id }, i) => {
    const link = answers[i]?.body;
    return link && (isUnfinished(link) || parseMark(link.alias)?.id === id) ? [link] : [];
  });
  const refused = (await deleteLinks(connection, links)).find((error) => error);
  if (refused) {
    throw refused;
  }
}
