import { accessSync, constants, realpathSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DirectoryFacts } from '../facts.js';

/** Numbers of file systems (linux/magic.h; those of XFS and ZFS are their own). */
const fileSystems = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
  [0x794c7630, 'overlay'],
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0xf2f52010, 'f2fs'],
  [0x73717368, 'squashfs'],
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x01021997, '9p'],
  [0x65735546, 'fuse'],
  [0x00c36400, 'ceph'],
]);

/** Looks at a directory of ours; makes nothing. */
export function gatherDirectory(directory: string): DirectoryFacts {
  const path = resolve(directory);
  let nearest = path;
  try {
    while (!isDirectory(nearest)) {
      nearest = dirname(nearest);
    }
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
    const exists = nearest === path;
    return { path: exists ? realpathSync(path) : path, exists, nearest, ...roomIn(nearest) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === undefined ? message : (problems[code] ?? `it cannot be used (${code})`);
    return { path, exists: nearest === path, nearest, problem };
  }
}

const problems: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EROFS: 'its file system is mounted read-only',
  ENOTDIR: 'something above it is no directory',
};

/** False when there is nothing of that name. Throws when there is something else. */
function isDirectory(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isDirectory()) {
    throw new Error('it is no directory');
  }
  return stats !== undefined;
}

function roomIn(path: string): Pick<DirectoryFacts, 'fileSystem' | 'free'> {
  const { type, bavail, bsize } = statfsSync(path);
  return { fileSystem: fileSystems.get(type) ?? type.toString(16), free: bavail * bsize };
}
