import type { Writable } from 'node:stream';
import { createColors } from 'picocolors';
import { fromKernel } from '../errors/index.js';
import { errorsIn, errorToJson, formatError } from './format/error.js';
import { plain, type Style } from './format/style.js';

/** Where results and errors go. Streams are touched only when there is something to say: a command may be using them. */
export class Terminal {
  /** Whether results and errors are JSON documents. */
  json = false;
  readonly #streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>;

  constructor(streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>) {
    this.#streams = streams;
  }

  /** Prints a result on standard output: as JSON, or as text for people. Throws the kernel's refusal (ENOSPC…). */
  print(result: unknown, format: (style: Style) => string): Promise<void> {
    const { stdout } = this.#streams;
    return this.write(this.json ? `${JSON.stringify(result, null, 2)}\n` : format(styleFor(stdout)));
  }

  /**
   * Prints one of a series of results on a line of its own, at once. Returns false when nobody will read it: the reader has
   * gone away, or does not read and `signal` was aborted; the text may then still be on its way. Throws the kernel's refusal.
   */
  printLine(result: unknown, format: (style: Style) => string, signal: AbortSignal): Promise<boolean> {
    const { stdout } = this.#streams;
    const line = this.json ? JSON.stringify(result) : format(styleFor(stdout));
    return unlessAborted(write(stdout, `${line}\n`, 'standard output'), signal);
  }

  /** Writes text on standard output. */
  async write(text: string): Promise<void> {
    await write(this.#streams.stdout, text, 'standard output');
  }

  /** Prints an error on standard error, with the hint on a line of its own; one that stands for several, each. */
  async fail(error: Error): Promise<void> {
    const { stderr } = this.#streams;
    const style = styleFor(stderr);
    const texts = errorsIn(error).map((one) =>
      this.json ? `${JSON.stringify(errorToJson(one))}\n` : formatError(one, style),
    );
    await write(stderr, texts.join(''), 'standard error');
  }

  /** Prints on standard error what does not keep a command from doing its work. */
  async warn(message: string): Promise<void> {
    const { stderr } = this.#streams;
    const style = styleFor(stderr);
    const text = this.json
      ? JSON.stringify({ warning: { message } })
      : `${style.bold('netplumb: warning:')} ${message}`;
    await write(stderr, `${text}\n`, 'standard error');
  }
}

/** Colours are for people at a terminal who have not switched them off (NO_COLOR). */
function styleFor(stream: NodeJS.WriteStream): Style {
  return stream.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb' ? createColors(true) : plain;
}

/** Returns false when the reader has gone away (`| head`): who has seen enough is no error. */
function write(stream: Writable, text: string, object: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') {
        resolve(false);
      } else {
        reject(fromKernel({ errno: error.errno ?? 0, code: error.code, operation: 'write', object }));
      }
    };
    stream.once('error', failed);
    stream.write(text, (error) => {
      // One that failed is yet to emit its error.
      if (!error) {
        stream.off('error', failed);
        resolve(true);
      }
    });
  });
}

/** What the work returns, or false when the signal is aborted first. */
async function unlessAborted(work: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const done = new AbortController();
  const aborted = new Promise<false>((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true, signal: done.signal });
    if (signal.aborted) {
      resolve(false);
    }
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}
