import { NetplumbError } from '../../errors/index.js';
import { type Connection, getLink, type Link } from '../../netlink/index.js';

/** The link of that name; nothing when there is none. */
export async function findLink(connection: Connection, name: string): Promise<Link | undefined> {
  return connection.request<Link>(getLink({ name }), { object: name }).catch((error) => {
    if (error instanceof NetplumbError && error.code === 'ENODEV') {
      return undefined;
    }
    throw error;
  });
}

/** Done, or done already by someone else. */
export async function unlessThere(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    if (!(error instanceof NetplumbError && error.code === 'EEXIST')) {
      throw error;
    }
  });
}
