import { createInterface } from 'node:readline/promises';
import { newError } from '../errors/index.js';

/**
 * Asks at the terminal whether to go on. Anything but `y` and `yes` is a no, and so is the end of input. Throws EUSAGE where
 * there is no terminal to ask at: `--force` is for that.
 */
export async function confirm(question: string, streams: Pick<NodeJS.Process, 'stdin' | 'stderr'>): Promise<boolean> {
  if (!streams.stdin.isTTY) {
    const problem = 'there is no terminal to ask at whether to go on';
    throw newError('EUSAGE', { problem }, { hint: 'Add --force to go on without a question.' });
  }
  // The terminal itself sees to lines and to Ctrl-C, which ends us before anything has begun. The answer is on standard
  // output, so the question is not.
  const lines = createInterface({ input: streams.stdin, terminal: false });
  streams.stderr.write(`${question} [y/N] `);
  try {
    for await (const line of lines) {
      return /^y(es)?$/i.test(line.trim());
    }
    return false;
  } finally {
    lines.close();
  }
}
