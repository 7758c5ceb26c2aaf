import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { confirm } from '../../../src/cli/confirm.js';

function newTerminal({ isTTY = true } = {}) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = new PassThrough();
  const streams = { stdin, stderr } as unknown as Pick<NodeJS.Process, 'stdin' | 'stderr'>;
  return { stdin, stderr, streams };
}

describe('a question', () => {
  test.each([
    ['y\n', true],
    ['Y\n', true],
    ['yes\n', true],
    [' y \r\n', true],
    ['n\n', false],
    ['\n', false],
    ['yesterday\n', false],
    ['\ny\n', false],
    ['', false],
    ['y', true],
  ])('answered with %j is %s', async (answer, expected) => {
    const { stdin, stderr, streams } = newTerminal();
    stdin.end(answer);
    expect(await confirm('Go on?', streams)).toBe(expected);
    expect(String(stderr.read())).toBe('Go on? [y/N] ');
  });

  test('needs someone to ask', async () => {
    const { stderr, streams } = newTerminal({ isTTY: false });
    await expect(confirm('Go on?', streams)).rejects.toMatchObject({
      code: 'EUSAGE',
      hint: expect.stringContaining('--force'),
    });
    expect(stderr.read()).toBeNull();
  });
});
