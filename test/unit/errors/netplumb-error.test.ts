import { describe, expect, test } from 'vitest';
import { NetplumbError, newError } from '../../../src/errors/index.js';

describe('newError', () => {
  test('is an error with code, message and hint', () => {
    const error = newError('ENAMEINUSE', { kind: 'sandbox', name: 'web', id: '3f2a9c01d4e5' });
    expect(error).toBeInstanceOf(NetplumbError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('NetplumbError');
    expect(error.code).toBe('ENAMEINUSE');
    expect(error.message).toBe('sandbox name "web" is already in use by "3f2a9c01d4e5"');
    expect(error.hint).toBe('Choose another name, or remove the one that has it.');
    expect(String(error)).toBe(`NetplumbError: ${error.message}`);
  });

  test('quotes what comes from outside, in words of our own too', () => {
    const error = newError('EENGINE', { reason: 'line\nline' });
    expect(error.message).toBe('the engine of this host has stopped: line\\nline');
    expect(newError('ENOSANDBOX', { sandbox: 'a"\u0007' }).message).toBe('there is no sandbox "a\\"\\u0007"');
    expect(newError('ENOSANDBOX', { sandbox: '$& {sandbox}' }).message).toBe('there is no sandbox "$& {sandbox}"');
    expect(newError('ENOPROCESS', { pid: 99 }).message).toBe('process 99 does not exist');
  });

  test('fills the hint in, and lets the caller replace it', () => {
    const values = { value: 'x', kind: 'subnet', reason: 'no', example: '10.0.0.0/8' };
    expect(newError('EBADCIDR', values).hint).toBe('Write an address and a prefix length, such as 10.0.0.0/8.');
    expect(newError('EBADCIDR', values, { hint: 'Ask someone.' }).hint).toBe('Ask someone.');
    expect(newError('EABORTED', {})).not.toHaveProperty('hint');
  });

  test('has no property for what is not known', () => {
    expect(Object.keys(newError('ECLOSED', {})).sort()).toEqual(['code', 'hint']);
  });

  test('has a stack that begins where it was made', () => {
    function attachSomething(): NetplumbError {
      return newError('ECLOSED', {});
    }
    expect(attachSomething().stack?.split('\n')[1]).toContain('attachSomething');
  });
});

describe('toJSON', () => {
  test('has what is known, and code, message and hint first', () => {
    const details = { step: 'link', object: 'sandbox web', operation: 'RTM_NEWLINK' };
    const error = newError('ENOBRIDGE', { bridge: 'netplumb0' }, details);
    expect(Object.entries(JSON.parse(JSON.stringify(error)))).toEqual([
      ['code', 'ENOBRIDGE'],
      ['message', 'bridge "netplumb0" does not exist'],
      ['hint', error.hint],
      ['operation', 'RTM_NEWLINK'],
      ['step', 'link'],
      ['object', 'sandbox web'],
    ]);
  });

  test('says of the cause its code and message, and leaks nothing else', () => {
    const cause = Object.assign(new Error('no such file'), { code: 'ENOENT', env: { TOKEN: 'secret' }, errno: -2 });
    const error = newError('ESTATECORRUPT', { directory: '/var/lib/netplumb', reason: 'unreadable' }, { cause });
    expect(error.cause).toBe(cause);
    const json = JSON.stringify(error);
    expect(JSON.parse(json).cause).toEqual({ code: 'ENOENT', message: 'no such file' });
    expect(json).not.toMatch(/secret|stack|\.ts\b/);
  });

  test.each([[undefined], ['text'], [{ message: 'not an error' }]])('leaves the cause %j out', (cause) => {
    expect(newError('ECLOSED', {}, { cause }).toJSON()).not.toHaveProperty('cause');
  });

  test('a cause without a code has a message only', () => {
    const cause = new Error('why');
    expect(newError('ECLOSED', {}, { cause }).toJSON().cause).toEqual({ message: 'why' });
  });
});
