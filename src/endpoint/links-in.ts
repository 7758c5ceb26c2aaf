import { type Connection, type Link, listLinks } from '../netlink/index.js';
import { netnsRef, type Request } from './spec.js';

/** The links in a sandbox that is being attached; none yet in one that is to be made. */
export async function linksIn(connection: Connection, { target }: Request): Promise<Link[]> {
  const ref = target.kind === 'none' ? undefined : netnsRef(target);
  return ref && !('create' in ref) ? connection.list<Link>(listLinks(), ref) : [];
}
