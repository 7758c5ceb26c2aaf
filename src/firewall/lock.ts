import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { native } from '../netlink/native.js';

/** In the run directory. It stays there: who has it open while another one removes it would hold a lock of its own. */
const fileName = 'firewall.lock';

/** Milliseconds between two tries: about as long as loading rules takes. */
const shortestPause = 2;
const longestPause = 16;

/**
 * Runs `work` while no other process, nor anyone else in this one, does so for the same run directory: what it reads of the records
 * it brings into force before somebody else reads newer ones. Waits as long as it takes. The lock of a process that dies is free.
 * Throws Node's errors of opening the file.
 */
export async function withFirewallLock<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  const file = await open(join(directory, fileName), 'a', 0o600);
  try {
    await taken(file);
    try {
      return await work();
    } finally {
      native().unlockFile(file.fd);
    }
  } finally {
    await file.close();
  }
}

async function taken({ fd }: FileHandle): Promise<void> {
  for (let pause = shortestPause; !native().lockFile(fd); pause = Math.min(2 * pause, longestPause)) {
    await setTimeout(pause);
  }
}
