import { readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, ifThere } from '../errors/index.js';
import { isDead, newOwner, type Owner } from './owner.js';

/** A link that leads nowhere: its text says whose turn it is. */
const fileName = 'turn';
/** Milliseconds between two looks, and after which nobody can still be at it who was before: it takes a few. */
const pause = 1;
const patience = 2000;

/**
 * Runs `work`, which must not wait for anything, while no other process or host does so for the same directory. The turn of a
 * process that has died, or was stopped in the middle, is taken over. Throws Node's errors.
 */
export function inTurn<Result>(directory: string, work: () => Result): Result {
  const path = join(directory, fileName);
  const owner = newOwner();
  takeTurn(path, owner);
  try {
    return work();
  } finally {
    if (holderOf(path) === owner) {
      rmSync(path, { force: true });
    }
  }
}

function takeTurn(path: string, owner: Owner): void {
  let holder: Owner | undefined;
  for (let since = 0; !isOurs(path, owner); ) {
    const current = holderOf(path);
    if (current !== holder) {
      holder = current;
      since = performance.now();
    } else if (holder !== undefined && performance.now() - since > patience) {
      takeAway(path, holder, owner);
    }
    if (current !== undefined && isDead(current)) {
      takeAway(path, current, owner);
    } else {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

/** Whether it is our turn from now on. */
function isOurs(path: string, owner: Owner): boolean {
  try {
    symlinkSync(owner, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** Ends the turn of `holder`, unless it has ended already. */
function takeAway(path: string, holder: Owner, owner: Owner): void {
  const aside = `${path}-${owner}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return;
    }
    throw error;
  }
  const taken = holderOf(aside);
  if (taken !== undefined && taken !== holder) {
    // Somebody else was faster, and it is already the next one's turn: theirs again.
    isOurs(path, taken);
  }
  rmSync(aside, { force: true });
}

function holderOf(path: string): Owner | undefined {
  return ifThere(() => readlinkSync(path));
}
