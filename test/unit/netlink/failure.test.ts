import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { newError } from '../../../src/errors/index.js';
import { rejectionToError } from '../../../src/netlink/failure.js';
import { failureToError, newLink } from '../../../src/netlink/index.js';
import { native } from '../../../src/netlink/native.js';

const { EBADMSG, ECANCELED, EEXIST, EINTR, EINVAL, ENOENT, ENOMEM, ESRCH } = constants.errno;
const ENOTRECOVERABLE = 131;

function failure(errno: number, operation: string, { message = '', attribute = '', object = '' } = {}) {
  return { errno, operation, message, attribute, object };
}

describe('a failure of the addon', () => {
  test.each([
    ['EBADREPLY', failure(EBADMSG, 'RTM_NEWLINK', { message: 'a reply cut short' })],
    ['EDUMPINTR', failure(EINTR, 'RTM_GETLINK')],
    ['EINTR', failure(EINTR, 'flock')],
    ['ECLOSED', failure(ECANCELED, 'engine', { message: 'it was stopped' })],
    ['ECANCELED', failure(ECANCELED, 'RTM_NEWLINK')],
    ['EENGINE', failure(ENOTRECOVERABLE, 'engine', { message: 'the thread cannot return' })],
    ['ENOMEM', failure(ENOMEM, 'engine')],
    ['ENOTNETNS', failure(EINVAL, 'netns', { message: 'not a namespace', object: '/etc/passwd' })],
    ['ENOPROCESS', failure(ESRCH, 'open', { object: '/proc/4194304/ns/net' })],
    ['ESRCH', failure(ESRCH, 'RTM_DELROUTE')],
    ['ENOENT', failure(ENOENT, 'open', { object: '/run/netns/web' })],
    ['EBADREQUEST', failure(EINVAL, 'encode', { message: 'not an integer', attribute: 'mtu', object: 'RTM_NEWLINK' })],
  ])('is %s', (code, native) => {
    expect(failureToError(native, { step: 'link' })).toMatchObject({ code, step: 'link' });
  });

  test('of a request is told in the words of the kernel, with what it was about', () => {
    const said = { message: 'Invalid MTU', attribute: 'mtu' };
    expect(failureToError(failure(EINVAL, 'RTM_SETLINK', said), { object: 'eth0' })).toMatchObject({
      code: 'EINVAL',
      operation: 'RTM_SETLINK',
      object: 'eth0',
      kernelMessage: 'Invalid MTU',
      attribute: 'mtu',
    });
  });

  test('of anything else is told in ours', () => {
    const error = failureToError(failure(EINVAL, 'sysctl', { message: 'no value', object: 'ipv4/ip_forward' }));
    expect(error).not.toHaveProperty('kernelMessage');
    expect(error.message).toBe('sysctl for ipv4/ip_forward failed with EINVAL (invalid argument): no value');
  });

  test('names the file itself rather than what the caller was about', () => {
    const error = failureToError(failure(EEXIST, 'open', { object: '/run/netns/web' }), { object: 'sandbox web' });
    expect(error.object).toBe('/run/netns/web');
  });

  test('that is thrown is translated; any other error is passed through', () => {
    const thrown = Object.assign(new Error('no'), { kernel: failure(EEXIST, 'RTM_NEWLINK') });
    expect(rejectionToError(thrown)).toMatchObject({ code: 'EEXIST' });
    const other = newError('ECLOSED', {});
    expect(rejectionToError(other)).toBe(other);
  });

  test('has a stack that begins at the caller', () => {
    expect(failureToError(failure(EEXIST, 'RTM_NEWLINK')).stack?.split('\n')[1]).toContain('failure.test.ts');
  });
});

describe('a request that cannot be written', () => {
  test.each([
    ['mtu', newLink({ name: 'x', mtu: -1 }), /-1 is not within 0…4294967295/],
    ['name', newLink({ name: 'a-name-of-16-byt' }), /longer than 15 bytes/],
    ['address', newLink({ name: 'x', address: '02:42' + 'x' }), /not a link-layer address/],
    ['color', newLink({ name: 'x', ...{ color: 'red' } }), /no such attribute/],
    ['info.data.peer.name', newLink({ info: { kind: 'veth', data: { peer: { name: 'a\0' } } } }), /NUL/],
  ])('says which attribute: %s', (attribute, request, problem) => {
    let reason: unknown;
    try {
      native().encode(request);
    } catch (thrown) {
      reason = rejectionToError(thrown);
    }
    expect(reason).toMatchObject({ code: 'EBADREQUEST', operation: 'RTM_NEWLINK', attribute });
    expect((reason as Error).message).toMatch(problem);
    expect((reason as Error).message).not.toMatch(/kernel/);
  });
});
