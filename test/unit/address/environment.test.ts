import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEnvironment } from '../../../src/address/index.js';

const bad = expect.objectContaining({ code: 'EBADOPTION' });

test('a name that a shell has and any value make a variable', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);
  const value = fc.string().filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(name, value, (key, text) => {
      expect(parseEnvironment(`${key}=${text}`)).toEqual([key, text]);
    }),
  );
});

test.each(['', '=', '=x', 'A', 'A B=x', '1A=x', 'A-B=x', 'A.B=x', 'É=x', ' A=x', 'A\n=x', 'A=x\0', 'A\0=x'])(
  'refuses %j',
  (text) => {
    expect(() => parseEnvironment(text)).toThrow(bad);
  },
);

test('takes as many bytes as execve does, and no more', () => {
  const longest = `A=${'x'.repeat(131_069)}`;
  expect(parseEnvironment(longest)[1]).toHaveLength(131_069);
  expect(() => parseEnvironment(`${longest}x`)).toThrow('it is too long');
  expect(() => parseEnvironment(`A=${'é'.repeat(65_535)}`)).toThrow('it is too long');
});

test.each([undefined, null, 7, ['A=x']])('refuses %j from JavaScript', (value) => {
  expect(() => parseEnvironment(value as unknown as string)).toThrow(bad);
});
