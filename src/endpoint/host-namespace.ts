import { fstatSync, type Stats, statSync } from 'node:fs';
import { newError } from '../errors/index.js';
import { describeTarget, netnsRef, type Target } from './spec.js';

/** What tells a namespace's file from all others while the namespace lives. */
export type NamespaceFile = Pick<Stats, 'dev' | 'ino'>;

/** The file of a namespace, by path. */
export function namespaceFile(path: string): NamespaceFile {
  return statSync(path);
}

/**
 * Refuses the host's own namespace as a sandbox: it would get an `eth0`, a default route through its own bridge, and IPv6
 * switched off for all interfaces to come. What is no namespace at all is left to the engine to find out. Throws EUSAGE.
 */
export function refuseHostNamespace(target: Target, host: NamespaceFile): void {
  const file = fileOf(target);
  if (file?.dev === host.dev && file.ino === host.ino) {
    const problem = `the network namespace of ${describeTarget(target)} is the host's own: use network "host"`;
    throw newError('EUSAGE', { problem }, { hint: 'A sandbox on a bridge needs a namespace of its own.' });
  }
}

function fileOf(target: Target): NamespaceFile | undefined {
  const ref = target.kind === 'none' ? { create: true } : netnsRef(target);
  try {
    if ('fd' in ref) {
      return fstatSync(ref.fd);
    }
    if ('path' in ref) {
      return statSync(ref.path);
    }
    return 'pid' in ref ? statSync(`/proc/${ref.pid}/ns/net`) : undefined;
  } catch {
    return undefined;
  }
}
