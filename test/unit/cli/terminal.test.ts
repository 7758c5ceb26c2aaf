import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Terminal } from '../../../src/cli/terminal.js';
import { newError } from '../../../src/errors/index.js';

/** A stream that keeps what it is given, or fails with an error. */
class Paper extends Writable {
  text = '';
  readonly #error: Error | undefined;

  constructor(error?: Error) {
    super();
    this.#error = error;
  }

  override _write(chunk: Buffer, _: string, done: (error?: Error) => void): void {
    this.text += chunk;
    done(this.#error);
  }
}

function newTerminal({ error, json = false }: { error?: Error; json?: boolean } = {}) {
  const stdout = new Paper(error);
  const stderr = new Paper();
  const terminal = new Terminal({ stdout, stderr } as unknown as NodeJS.Process);
  terminal.json = json;
  return { terminal, stdout, stderr };
}

describe('a terminal', () => {
  test('shows a result as text, without colours where nobody looks', async () => {
    const { terminal, stdout } = newTerminal();
    await terminal.print({ a: 1 }, (style) => `${style.bold('a')}: 1\n`);
    expect(stdout.text).toBe('a: 1\n');
  });

  test('shows a result as one JSON document', async () => {
    const { terminal, stdout, stderr } = newTerminal({ json: true });
    await terminal.print([{ a: 1 }], () => 'text');
    expect(JSON.parse(stdout.text)).toEqual([{ a: 1 }]);
    expect(stdout.text.endsWith('\n')).toBe(true);
    expect(stderr.text).toBe('');
  });

  test('shows each of several errors, apart from results', async () => {
    const errors = ['a', 'b'].map((sandbox) => newError('ENOSANDBOX', { sandbox }));
    const { terminal, stdout, stderr } = newTerminal();
    await terminal.fail(new AggregateError(errors));
    expect(stderr.text.match(/^netplumb: there is no sandbox "[ab]"$/gm)).toHaveLength(2);
    expect(stdout.text).toBe('');
    const asJson = newTerminal({ json: true });
    await asJson.terminal.fail(new AggregateError(errors));
    const lines = asJson.stderr.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).error.message)).toEqual([
      'there is no sandbox "a"',
      'there is no sandbox "b"',
    ]);
  });

  test('does not mind that nobody reads any more', async () => {
    const { terminal } = newTerminal({ error: Object.assign(new Error('gone'), { code: 'EPIPE', errno: -32 }) });
    await terminal.write('text');
  });

  test('prints one of many results on a line of its own', async () => {
    const { signal } = new AbortController();
    const { terminal, stdout } = newTerminal();
    expect(await terminal.printLine({ a: 1 }, (style) => style.bold('a'), signal)).toBe(true);
    expect(stdout.text).toBe('a\n');
    const asJson = newTerminal({ json: true });
    await asJson.terminal.printLine({ a: [1, 2] }, () => 'text', signal);
    expect(asJson.stdout.text).toBe('{"a":[1,2]}\n');
  });

  test('says when nobody will read the line: the reader is gone, or does not read and waiting was given up', async () => {
    const controller = new AbortController();
    const gone = newTerminal({ error: Object.assign(new Error('gone'), { code: 'EPIPE', errno: -32 }) });
    expect(await gone.terminal.printLine(1, () => 'text', controller.signal)).toBe(false);
    const { terminal, stdout } = newTerminal();
    stdout._write = () => {};
    const printing = terminal.printLine(1, () => 'text', controller.signal);
    controller.abort();
    expect(await printing).toBe(false);
  });

  test('says when the result could not be written', async () => {
    const { terminal } = newTerminal({ error: Object.assign(new Error('full'), { code: 'ENOSPC', errno: -28 }) });
    await expect(terminal.write('text')).rejects.toMatchObject({ code: 'ENOSPC', object: 'standard output' });
  });
});
