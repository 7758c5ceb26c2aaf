import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

// Node names only what libuv knows. The others that netlink does return: EXFULL for the 1024th port of a bridge
// (net/bridge/br_if.c find_portno; asm-generic/errno.h), ERESTART for a transaction that comes too late
// (net/netfilter/nfnetlink.c nfnetlink_rcv_batch), ENOTSUPP for what a driver lacks (include/linux/errno.h).
const unknownToNode = new Map<number, readonly [name: string, text: string]>([
  [54, ['EXFULL', 'exchange full']],
  [85, ['ERESTART', 'it has changed meanwhile']],
  [524, ['ENOTSUPP', 'operation is not supported']],
]);

// Two names for one number: the one that kernel documentation uses wins.
const aliases = new Set(['EWOULDBLOCK', 'ENOTSUP']);

const names = new Map(
  Object.entries(constants.errno)
    .filter(([name]) => !aliases.has(name))
    .map(([name, number]) => [number, name]),
);

/** The name of an error number (positive): `EEXIST`; `ERRNO999` for one that nobody knows. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? unknownToNode.get(errno)?.[0] ?? getSystemErrorMap().get(-errno)?.[0] ?? `ERRNO${errno}`;
}

/** The meaning of an error number (positive) in a few words: `file already exists`; nothing for one that nobody knows. */
export function errnoText(errno: number): string | undefined {
  return unknownToNode.get(errno)?.[1] ?? getSystemErrorMap().get(-errno)?.[1];
}
