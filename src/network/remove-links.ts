import { getLink, type Link } from '../netlink/index.js';
import type { NetworkRecord } from '../store/index.js';
import { deleteLinks } from './delete-links.js';
import type { DriverContext } from './driver.js';
import { isUnfinished, parseMark } from './ownership.js';

/**
 * Removes the links of ours that networks consist of, all at once; what is gone already counts as removed, and what bears another
 * mark has taken its place. Throws the first refusal; what is left then is for gc.
 */
export async function removeLinks(records: readonly NetworkRecord[], { connection }: DriverContext): Promise<void> {
  const own = records.filter(({ ours, interface: name }) => ours && name !== undefined);
  const answers = await connection.requestAll<Link>(own.map(({ interface: name = '' }) => getLink({ name })));
  const indexes = own.flatMap(({ id }, i) => {
    const link = answers[i]?.body;
    return link && (isUnfinished(link) || parseMark(link.alias)?.id === id) ? [link.index] : [];
  });
  const refused = (await deleteLinks(connection, indexes)).find((error) => error);
  if (refused) {
    throw refused;
  }
}
