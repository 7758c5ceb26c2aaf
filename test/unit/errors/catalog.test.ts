import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { catalog, type OwnCode } from '../../../src/errors/catalog.js';
import { type ErrorCode, type ErrorValues, NetplumbError, newError } from '../../../src/errors/index.js';

const entries = Object.entries(catalog) as [OwnCode, { message: string; hint?: string }][];

describe.each(entries)('%s', (code, { message, hint }) => {
  test('is no errno name', () => {
    expect(code).toMatch(/^E[A-Z]{3,}$/);
    expect(constants.errno).not.toHaveProperty(code);
    expect([...getSystemErrorMap().values()].map(([name]) => name)).not.toContain(code);
  });

  test('fills every placeholder in', () => {
    const names = [...`${message} ${hint ?? ''}`.matchAll(/\{(\w+)/g)].map(([, name]) => [name, 'sample']);
    const error = newError(code, Object.fromEntries(names));
    expect(error).toBeInstanceOf(NetplumbError);
    expect(error.code).toBe(code);
    expect(`${error.message}${error.hint ?? ''}`).not.toMatch(/[{}]|undefined/);
  });

  test('has a message to follow a colon, and a hint of whole sentences', () => {
    expect(message).toMatch(/^[a-z{].*[^.]$/);
    if (hint !== undefined) {
      expect(hint).toMatch(/^[A-Z].*\.$/);
    }
  });
});

test('the types know codes and values', () => {
  expectTypeOf<OwnCode>().toEqualTypeOf<keyof typeof catalog>();
  expectTypeOf<OwnCode>().toExtend<ErrorCode>();
  expectTypeOf<keyof ErrorValues<'ECLOSED'>>().toEqualTypeOf<never>();
  expectTypeOf<keyof ErrorValues<'ENOSANDBOX'>>().toEqualTypeOf<'sandbox'>();
  expectTypeOf<keyof ErrorValues<'EBADCIDR'>>().toEqualTypeOf<'value' | 'kind' | 'reason' | 'example'>();
  // @ts-expect-error no such code
  expect(() => newError('ENOSUCHCODE', {})).toThrow(TypeError);
  // @ts-expect-error the value is missing; the message says so instead of failing
  expect(newError('ENOSANDBOX', {}).message).toBe('there is no sandbox undefined');
});
