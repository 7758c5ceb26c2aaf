import type { Attached } from '../endpoint/index.js';
import type { NativeCommand } from '../netlink/native.js';

/**
 * Directories of services that the C library asks for names over a socket before it reads a file, and which would answer
 * with what the host knows: nscd (_PATH_NSCDSOCKET in glibc) and, for nss-resolve, systemd-resolved. It reads the files
 * where it finds no socket. Not the sockets alone: a service that is started anew makes another.
 */
const hostsAnswers = ['/var/run/nscd', '/run/systemd/resolve'];

/** What a command finds in the place of the host's files, by which programs look names up. */
export function mountsOf({ files, mode }: Pick<Attached, 'files' | 'mode'>): NonNullable<NativeCommand['mounts']> {
  if (files === undefined) {
    return [];
  }
  const { hostname, hosts, resolvConf } = files;
  return [
    { source: hostname, target: '/etc/hostname' },
    { source: hosts, target: '/etc/hosts' },
    { source: resolvConf, target: '/etc/resolv.conf' },
    // What the host knows is right where its network is meant.
    ...(mode === 'host' ? [] : hostsAnswers.map((target) => ({ target }))),
  ];
}

/** The PATH of a command that has these variables (NAME=VALUE) beside this process's. */
export function pathWith(variables: readonly string[]): string | undefined {
  const own = variables.findLast((variable) => variable.startsWith('PATH='));
  return own?.slice('PATH='.length) ?? process.env.PATH;
}
