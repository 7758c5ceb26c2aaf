import { describe, expect, test } from 'vitest';
import { readCommand } from '../../../src/runtime/command.js';

describe('a command', () => {
  test('is looked for in each directory of PATH, in order', () => {
    const { candidates } = readCommand(['ls', '-l'], '/usr/local/bin:/bin');
    expect(candidates).toEqual(['/usr/local/bin/ls', '/bin/ls']);
  });

  test('keeps the name that it was called by, and its arguments as they are', () => {
    expect(readCommand(['ls', '', '--', '-l'], '/bin').arguments).toEqual(['ls', '', '--', '-l']);
  });

  test.each(['/bin/ls', './ls', 'bin/ls', 'ls/'])('with a slash is that file alone: %s', (file) => {
    expect(readCommand([file], '/usr/bin').candidates).toEqual([file]);
  });

  test('is looked for in the current directory where PATH has an empty one', () => {
    expect(readCommand(['ls'], ':/bin:').candidates).toEqual(['./ls', '/bin/ls', './ls']);
    expect(readCommand(['ls'], '').candidates).toEqual(['./ls']);
  });

  test('is looked for where the C library does when there is no PATH', () => {
    expect(readCommand(['ls'], undefined).candidates).toEqual(['/bin/ls', '/usr/bin/ls']);
  });

  test('without a name is nowhere', () => {
    expect(readCommand([''], '/bin').candidates).toEqual([]);
  });

  test('must be given', () => {
    expect(() => readCommand([], '/bin')).toThrow(expect.objectContaining({ code: 'EUSAGE' }));
  });

  test.each([['l\0s'], ['ls', '-l\0']])(
    'cannot have a null character, at which the kernel would cut it: %j',
    (...words) => {
      expect(() => readCommand(words, '/bin')).toThrow(expect.objectContaining({ code: 'EBADOPTION' }));
    },
  );
});
