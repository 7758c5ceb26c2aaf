import { join } from 'node:path';
import { parseName, parsePid } from '../address/index.js';
import type { NetnsRef } from './native.js';

/** Where named namespaces are, as `ip netns` has them. */
const netnsDirectory = '/run/netns';

/** A network namespace: by process, path, descriptor of this process, or name under /run/netns. */
export type Netns = NetnsRef | { readonly name: string };

/** The caller's own. */
export const ownNetns: Netns = { path: '/proc/thread-self/ns/net' };

/** The file of a named namespace. Throws EBADNAME. */
export function netnsPath(name: string): string {
  return join(netnsDirectory, parseName(name, 'namespace'));
}

/** What the addon takes. Throws EBADNAME, EBADPID. */
export function netnsRef(netns: Netns): NetnsRef {
  if ('name' in netns) {
    return { path: netnsPath(netns.name) };
  }
  return 'pid' in netns ? { pid: parsePid(netns.pid) } : netns;
}
