import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromKernel } from '../../../src/errors/index.js';
import { explainStart } from '../../../src/runtime/start-error.js';

const { EACCES, E2BIG, ENOENT, ENOEXEC, ENOTDIR, EPERM } = constants.errno;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netplumb-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const refusal = (errno: number) => fromKernel({ errno, operation: 'execve' });
const explain = (errno: number, candidates: string[]) =>
  explainStart(refusal(errno), { candidates, arguments: ['tool', '-v'] });

describe('a program that was not started', () => {
  test('was not found where none of its paths exists', () => {
    expect(explain(ENOENT, ['/nowhere/tool', `${directory}/tool`])).toMatchObject({
      code: 'ENOCOMMAND',
      message: 'command "tool" was not found',
      cause: { code: 'ENOENT' },
    });
  });

  test('names an interpreter that was not found where one of its paths does exist', () => {
    const script = join(directory, 'tool');
    writeFileSync(script, '#!/nowhere\n', { mode: 0o755 });
    expect(explain(ENOENT, ['/nowhere/tool', script])).toMatchObject({
      code: 'ENOTEXECUTABLE',
      message: 'command "tool" cannot be executed: the interpreter that it names was not found',
    });
  });

  test.each([
    [EACCES, 'permission denied'],
    [ENOEXEC, 'it is not a program'],
    [E2BIG, 'argument list too long'],
    [ENOTDIR, 'not a directory'],
    [133, 'error 133'],
  ])('cannot be executed, and the kernel says why: %i', (errno, reason) => {
    expect(explain(errno, ['/bin/tool'])).toMatchObject({
      code: 'ENOTEXECUTABLE',
      message: `command "tool" cannot be executed: ${reason}`,
    });
  });

  test('is not to blame for what went wrong before', () => {
    const error = fromKernel({ errno: EPERM, operation: 'unshare' });
    expect(explainStart(error, { candidates: [], arguments: ['tool'] })).toBe(error);
    const bug = new TypeError('bug');
    expect(explainStart(bug, { candidates: [], arguments: ['tool'] })).toBe(bug);
  });
});
