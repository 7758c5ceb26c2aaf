import { describe, expect, test } from 'vitest';
import { exitStatusOf } from '../../../src/cli/exit-status.js';
import { catalog } from '../../../src/errors/catalog.js';
import { fromKernel, NetplumbError, newError } from '../../../src/errors/index.js';

const usage = newError('EUSAGE', { problem: 'x' });
const taken = newError('ENOSANDBOX', { sandbox: 'web' });
const refused = fromKernel({ errno: 1, operation: 'setns' });

describe('the exit status', () => {
  test('is 2 for wrong usage and 1 for everything else', () => {
    expect(exitStatusOf(usage, false)).toBe(2);
    expect(exitStatusOf(taken, false)).toBe(1);
    expect(exitStatusOf(refused, false)).toBe(1);
    expect(exitStatusOf(new TypeError('bug'), false)).toBe(1);
  });

  test('is 2 for all that the catalogue has under what is not well formed, but for what a library caller alone can do', () => {
    const malformed = Object.keys(catalog).filter((code) => /^E(USAGE|BAD)/.test(code));
    const byCallers = ['EBADREPLY', 'EBADREQUEST'];
    for (const code of malformed) {
      expect([code, exitStatusOf(new NetplumbError(code, ''), false)]).toEqual([
        code,
        byCallers.includes(code) ? 1 : 2,
      ]);
    }
  });

  test('of several errors is 2 if all of them are wrong usage', () => {
    expect(exitStatusOf(new AggregateError([usage, usage]), false)).toBe(2);
    expect(exitStatusOf(new AggregateError([usage, taken]), false)).toBe(1);
  });

  test("under run leaves room for the command's own", () => {
    expect(exitStatusOf(newError('ENOCOMMAND', { command: 'x' }), true)).toBe(127);
    expect(exitStatusOf(newError('ENOTEXECUTABLE', { command: 'x', reason: 'y' }), true)).toBe(126);
    for (const error of [usage, taken, refused, new TypeError('bug'), new AggregateError([taken, refused])]) {
      expect(exitStatusOf(error, true)).toBe(125);
    }
    expect(exitStatusOf(new AggregateError([newError('ENOCOMMAND', { command: 'x' }), refused]), true)).toBe(127);
  });
});
