import { newError } from '../errors/index.js';
import type { NetnsRef } from '../netlink/index.js';
import type { SandboxRecord } from '../store/index.js';

/**
 * Where a sandbox's own namespace is found; nothing when nobody can look into it (a bare descriptor), or it has none. A link to it
 * that we made under /run/netns may be gone with it alive.
 */
export function namespaceOf({ netns, pin }: SandboxRecord): NetnsRef | undefined {
  switch (netns.kind) {
    case 'pid':
      return { pid: netns.pid };
    case 'path':
      return { path: netns.path };
    case 'created':
      return pin === undefined ? undefined : { path: pin };
    default:
      return undefined;
  }
}

/** The same for a sandbox that is to get or lose an interface. Throws ENOOWNNETNS, ENOREACH. */
export function requireNamespace(record: SandboxRecord): NetnsRef {
  const { netns, name, mode } = record;
  if (netns.kind === 'host' || netns.kind === 'shared') {
    throw newError('ENOOWNNETNS', { sandbox: name, mode });
  }
  const ref = namespaceOf(record);
  if (!ref) {
    throw newError('ENOREACH', { sandbox: name });
  }
  return ref;
}
