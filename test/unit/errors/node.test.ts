import { readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codeOf, fromNode, ifThere, NetplumbError, newError, refusable } from '../../../src/errors/index.js';

const missing = '/nowhere/at/all';
const read = () => readFileSync(missing);

describe("Node's errors", () => {
  test('have a code, and others have none', () => {
    expect(codeOf(thrownBy(read))).toBe('ENOENT');
    expect(codeOf(new Error('nothing'))).toBeUndefined();
  });

  test('what is not there is nothing; what cannot be read is thrown, and what can be is returned', () => {
    expect(ifThere(read)).toBeUndefined();
    expect(() => ifThere(() => readFileSync('/'))).toThrow('EISDIR');
    expect(ifThere(() => 0)).toBe(0);
  });

  test('become errors of ours about the file that they name, else about what was being done', () => {
    const about = { code: 'ENOENT', operation: 'open', object: missing };
    expect(thrownBy(() => refusable('the records', read))).toMatchObject(about);
    expect(thrownBy(() => refusable('the turn', () => symlinkSync('whose', missing)))).toMatchObject({
      operation: 'symlink',
      object: missing,
    });
    expect(fromNode(Object.assign(new Error('write'), { errno: -28, syscall: 'write' }), 'the records')).toMatchObject({
      code: 'ENOSPC',
      operation: 'write',
      object: 'the records',
    });
    expect(refusable('the records', () => 7)).toBe(7);
  });

  test('those of ours and of nobody stay as they are', () => {
    const ours = newError('EUSAGE', { problem: 'none' });
    const others = new TypeError('none');
    expect(fromNode(ours, 'x')).toBe(ours);
    expect(fromNode(others, 'x')).toBe(others);
    expect(thrownBy(() => refusable('x', read))).toBeInstanceOf(NetplumbError);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
