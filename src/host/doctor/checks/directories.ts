import type { DirectoryFacts, Facts } from '../facts.js';
import { type Finding, type FindingId, finding, ok } from '../finding.js';

const memory = new Set(['tmpfs', 'ramfs']);
const remote = new Set(['nfs', 'cifs', 'smb2', '9p', 'fuse', 'ceph']);

/** In bytes: some thousand sandboxes on record. */
const enoughFree = 16 * 2 ** 20;

/** Where records are kept. */
export function checkDirectories({ runDirectory, stateDirectory }: Facts): Finding[] {
  return [checkRun(runDirectory), checkState(stateDirectory)];
}

function checkRun(directory: DirectoryFacts): Finding {
  const { path, fileSystem = '' } = directory;
  const common = checkDirectory('run-directory', '--run-dir', directory);
  if (common) {
    return common;
  }
  if (memory.has(fileSystem)) {
    return ok('run-directory', place('run directory', directory));
  }
  if (remote.has(fileSystem)) {
    return finding('run-directory', 'error', [
      place('run directory', directory),
      'Records are shared by mapping them into memory, which such a file system does not keep the same for all.',
      'Use a directory in memory: --run-dir /run/netplumb',
    ]);
  }
  const detail = 'It works, but records that die with the kernel objects need no disk, and are faster in memory.';
  const remedy = `Use a directory on a tmpfs (--run-dir), or mount one: mount -t tmpfs -o mode=700 tmpfs ${path}`;
  return finding('run-directory', 'note', [place('run directory', directory), detail, remedy]);
}

function checkState(directory: DirectoryFacts): Finding {
  const common = checkDirectory('state-directory', '--state-dir', directory);
  if (common) {
    return common;
  }
  if (!memory.has(directory.fileSystem ?? '')) {
    return ok('state-directory', place('state directory', directory));
  }
  const remedy = 'Use a directory on a disk: --state-dir /var/lib/netplumb';
  return finding('state-directory', 'warning', [
    place('state directory', directory),
    'Networks are kept there to outlive a reboot, which they will not.',
    remedy,
  ]);
}

function place(what: string, { path, exists, fileSystem }: DirectoryFacts): string {
  return `${what} ${path} ${exists ? 'is' : 'will be made'} on ${fileSystem}`;
}

function checkDirectory(id: FindingId, option: string, directory: DirectoryFacts): Finding | undefined {
  const { path, nearest, exists, problem, free } = directory;
  const where = exists ? path : `${path} (in ${nearest})`;
  if (problem !== undefined) {
    const remedy = `Make it writable for this user, or name another directory with ${option}.`;
    return finding(id, 'error', [`${where} cannot be used: ${problem}`, 'Nothing can be recorded there.', remedy]);
  }
  if (free !== undefined && free < enoughFree) {
    const title = `${where} has only ${Math.floor(free / 2 ** 20)} MiB left`;
    const remedy = `Make room, or name another directory with ${option}.`;
    return finding(id, 'warning', [title, 'When it is full, nothing more can be attached.', remedy]);
  }
  return undefined;
}
