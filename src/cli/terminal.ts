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

  /** Writes text on standard output. */
  write(text: string): Promise<void> {
    return write(this.#streams.stdout, text, 'standard output');
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
}

/** Colours are for people at a terminal who have not switched them off (NO_COLOR). */
function styleFor(stream: NodeJS.WriteStream): Style {
  return stream.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb' ? createColors(true) : plain;
}

/** A reader who has gone away (`| head`) has seen enough. */
function write(stream: Writable, text: string, object: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') {
        resolve();
      } else {
        reject(fromKernel({ errno: error.errno ?? 0, code: error.code, operation: 'write', object }));
      }
    };
    stream.once('error', failed);
    stream.write(text, (error) => {
      // One that failed is yet to emit its error.
      if (!error) {
        stream.off('error', failed);
        resolve();
      }
    });
  });
}
