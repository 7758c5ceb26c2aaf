import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { errnoName } from '../../../src/errors/errno.js';
import { fromKernel, NetplumbError } from '../../../src/errors/index.js';

const { EACCES, EEXIST, EINVAL, ENODEV, EPERM } = constants.errno;

describe('fromKernel', () => {
  test('keeps all that the kernel said', () => {
    const failure = {
      errno: EINVAL,
      operation: 'RTM_NEWLINK',
      step: 'link',
      object: 'veth3f2a9c01',
      kernelMessage: 'Invalid MAC address',
      attribute: 'link.info.data.peer.address',
    };
    const error = fromKernel(failure);
    expect(error).toBeInstanceOf(NetplumbError);
    expect(error).toMatchObject({ ...failure, code: 'EINVAL' });
    expect(error.message).toBe(
      'RTM_NEWLINK for veth3f2a9c01 failed with EINVAL (invalid argument); the kernel says "Invalid MAC address" about ' +
        'attribute link.info.data.peer.address',
    );
    expect(error).not.toHaveProperty('hint');
  });

  test('says what it knows when that is little', () => {
    expect(fromKernel({ errno: EEXIST }).message).toBe('a system call failed with EEXIST (file already exists)');
    expect(fromKernel({ errno: ENODEV, operation: 'RTM_GETLINK', attribute: 'link.name' }).message).toBe(
      'RTM_GETLINK failed with ENODEV (no such device); about attribute link.name',
    );
    expect(fromKernel({ errno: EINVAL, operation: 'sysctl', object: 'ipv4/x', reason: 'no value' }).message).toBe(
      'sysctl for ipv4/x failed with EINVAL (invalid argument): no value',
    );
    expect(fromKernel({ errno: 4000, operation: 'setns' }).message).toBe('setns failed with ERRNO4000');
  });

  test("takes Node's negative numbers, and a name that the caller knows", () => {
    expect(fromKernel({ errno: -EEXIST })).toMatchObject({ code: 'EEXIST', errno: EEXIST });
    expect(fromKernel({ errno: 132, code: 'ERFKILL' })).toMatchObject({ code: 'ERFKILL', errno: 132 });
  });

  test('lets no control character through', () => {
    const error = fromKernel({
      errno: EINVAL,
      operation: 'a\n',
      object: 'b\u001b',
      kernelMessage: 'c\r',
      attribute: 'd\0',
    });
    expect(error.message).toBe(
      'a\\n for b\\u001b failed with EINVAL (invalid argument); the kernel says "c\\u000d" about attribute d\\u0000',
    );
  });

  test('hints, unless the caller knows better', () => {
    expect(fromKernel({ errno: EEXIST }).hint).toMatch(/remove it first/);
    expect(fromKernel({ errno: EEXIST, hint: 'Try web2.' }).hint).toBe('Try web2.');
    expect(fromKernel({ errno: 54, operation: 'RTM_NEWLINK' })).toMatchObject({ code: 'EXFULL' });
    expect(fromKernel({ errno: 54 }).hint).toMatch(/1023 ports/);
  });

  test.each([
    ['RTM_NEWLINK', undefined, 'CAP_NET_ADMIN in the user namespace'],
    ['RTM_NEWLINK', 'sandbox setns', 'CAP_NET_ADMIN in the user namespace'],
    ['NFT_MSG_NEWRULE', undefined, 'CAP_NET_ADMIN in the user namespace'],
    ['setns', undefined, 'CAP_SYS_ADMIN'],
    ['unshare', undefined, 'CAP_SYS_ADMIN'],
    ['mount', '/run/netns/web', 'CAP_SYS_ADMIN'],
    ['umount2', '/run/netns/web', 'CAP_SYS_ADMIN'],
    ['pin', '/run/netns/web', 'CAP_SYS_ADMIN'],
    ['open', '/proc/2778/ns/net', 'CAP_SYS_PTRACE'],
    ['open /proc/2778/ns/net', undefined, 'CAP_SYS_PTRACE'],
    ['open(/proc/PID/ns/net)', undefined, 'CAP_SYS_PTRACE'],
    ['sysctl', 'net.ipv4.ip_forward', 'root or CAP_NET_ADMIN'],
    ['open', '/proc/sys/net/ipv4/ip_forward', 'root or CAP_NET_ADMIN'],
    ['mkdir', '/run/netplumb', 'CAP_DAC_OVERRIDE'],
    ['open', '/var/lib/netplumb', 'CAP_DAC_OVERRIDE'],
    ['sethostname', undefined, 'CAP_SYS_ADMIN'],
    [undefined, undefined, 'Run as root'],
  ])('EPERM and EACCES of %s %s tell which privilege is missing', (operation, object, privilege) => {
    expect(fromKernel({ errno: EPERM, operation, object }).hint).toContain(privilege);
    expect(fromKernel({ errno: EACCES, operation, object }).hint).toContain(privilege);
  });

  test('has a stack that begins where it was made', () => {
    function deleteLink(): NetplumbError {
      return fromKernel({ errno: ENODEV });
    }
    expect(deleteLink().stack?.split('\n')[1]).toContain('deleteLink');
  });
});

describe('errnoName', () => {
  test.each(Object.entries(constants.errno))('%s', (name, errno) => {
    const alias = { EWOULDBLOCK: 'EAGAIN', ENOTSUP: 'EOPNOTSUPP' }[name];
    expect(errnoName(errno)).toBe(alias ?? name);
  });

  test.each([
    [54, 'EXFULL'],
    [524, 'ENOTSUPP'],
    [108, 'ESHUTDOWN'],
    [4000, 'ERRNO4000'],
  ])('%i is %s', (errno, name) => {
    expect(errnoName(errno)).toBe(name);
  });
});
