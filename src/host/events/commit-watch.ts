import { type FSWatcher, watch } from 'node:fs';
import { fromKernel } from '../../errors/index.js';

/**
 * How long after a commit was noticed one more look is due, milliseconds: the kernel tells of the writing, a moment before
 * the writer lets others see what it wrote (mdb_env_write_meta, then mti_txnid, in LMDB's mdb.c).
 */
const settling = 10;

const hint = 'Raise the setting fs.inotify.max_user_instances or fs.inotify.max_user_watches.';

/**
 * Says when records of a run directory may have changed, by whichever process: LMDB writes each commit to its file, and
 * the kernel tells of that (inotify). Costs who writes nothing but that, and nothing at all happens in between.
 */
export class CommitWatch {
  readonly #watcher: FSWatcher;
  #isDue = false;
  #isOver = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Something was noticed since the timer was set. */
  #isUnsettled = false;

  /** Throws the kernel's refusal. */
  constructor(directory: string) {
    try {
      this.#watcher = watch(directory, () => this.#notice());
    } catch (error) {
      throw refusal(directory, error);
    }
    this.#watcher.on('error', (error) => {
      this.#error = refusal(directory, error);
      this.#wakeUp();
    });
  }

  /** Waits until a look is due that was not at the last call; false when it is closed. Throws when it goes on no longer. */
  async changed(): Promise<boolean> {
    while (!this.#isDue && !this.#isOver && !this.#error) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error) {
      throw this.#error;
    }
    this.#isDue = false;
    return !this.#isOver;
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#watcher.close();
    this.#wakeUp();
  }

  /** A look at once, and another when it has settled; while commits go on, one every so often. */
  #notice(): void {
    this.#isUnsettled = true;
    if (this.#timer === undefined) {
      this.#look();
    }
  }

  readonly #look = () => {
    this.#timer = this.#isUnsettled ? setTimeout(this.#look, settling) : undefined;
    this.#isUnsettled = false;
    this.#isDue = true;
    this.#wakeUp();
  };

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

function refusal(directory: string, error: unknown): Error {
  const { errno, code } = error as NodeJS.ErrnoException;
  return errno === undefined
    ? (error as Error)
    : fromKernel({ errno, code, operation: 'inotify_add_watch', object: directory, hint, cause: error });
}
