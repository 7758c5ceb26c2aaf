import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { AttachSpec } from '../../../src/index.js';
import { failure, type Lab, test } from './lab.js';

describe('what cannot be attached is refused, and nothing is made', () => {
  test.for<[string, AttachSpec, RegExp]>([
    ['EUSAGE', {}, /whose namespace/],
    ['EBADNAME', { create: true, name: 'x'.repeat(64) }, /too long/],
    ['EBADNAME', { create: true, name: 'a/b' }, /not allowed/],
    ['EBADNAME', { create: true, name: 'a b' }, /not allowed/],
    ['EBADNAME', { create: true, name: 'a\nb' }, /not allowed/],
    ['EBADNAME', { create: true, name: 'ab\u0000' }, /not allowed/],
    ['EBADMAC', { create: true, macAddress: '02:42' }, /six/],
    ['EBADADDR', { create: true, ip: '172.17.0' }, /IPv4/],
    ['EOUTSIDESUBNET', { create: true, ip: '10.0.0.1' }, /172\.17\.0\.0\/16/],
    ['EADDRRESERVED', { create: true, ip: '172.17.0.1' }, /gateway/],
    ['EADDRRESERVED', { create: true, ip: '172.17.0.0' }, /network/],
    ['EADDRRESERVED', { create: true, ip: '172.17.255.255' }, /broadcast/],
    ['EADDRTAKEN', { create: true, ip: '172.17.0.2' }, /sandbox "web"/],
    ['ENAMEINUSE', { create: true, name: 'web' }, /"web"/],
    ['ENAMEINUSE', { network: 'host', name: 'web' }, /"web"/],
    ['ENONETWORK', { create: true, network: 'backend' }, /"backend"/],
    ['ENOSANDBOX', { network: 'container:api' }, /"api"/],
    ['ENOPROCESS', { pid: 4194304 }, /4194304/],
    ['EBADF', { fd: 9999 }, /descriptor 9999/],
    ['ENOTNETNS', { netns: '/run/netns/none' }, /no such file/],
    ['ENOTNETNS', { netns: '/etc/passwd' }, /"\/etc\/passwd"/],
    ['ENOTNETNS', { netns: '/etc/passwd/x' }, /no such file/],
    ['ENOTNETNS', { netns: '/proc/self/ns/mnt' }, /another kind/],
    ['ENOTNETNS', { netns: '/' }, /not a namespace/],
    ['ENOTNETNS', { netns: '/dev/zero' }, /not a namespace/],
    ['ENETUNREACH', { create: true, defaultGateway: '10.0.0.1' }, /RTM_NEWROUTE/],
    ['EINVAL', { create: true, defaultGateway: '172.17.255.255' }, /RTM_NEWROUTE/],
  ])('%s: %j', async ([code, spec, message], { lab }) => {
    const host = await lab.open();
    await host.attach({ create: true, name: 'web' });
    const before = await everythingIn(lab);
    await expect(host.attach(spec)).rejects.toEqual(failure(code, message));
    expect(await everythingIn(lab)).toEqual(before);
    // Nor does it count: the next address is the next.
    expect((await host.attach({ create: true, name: 'next' })).endpoint?.hostInterface).toMatch(/^veth/);
    await host.detachAll(['web', 'next']);
  });

  test('a file of which opening alone would do harm', async ({ lab }) => {
    const host = await lab.open();
    const fifo = join(lab.directory, 'fifo');
    execFileSync('mkfifo', [fifo]);
    await expect(host.attach({ netns: fifo })).rejects.toEqual(failure('ENOTNETNS', /fifo/));
    const circle = join(lab.directory, 'circle');
    symlinkSync(circle, circle);
    await expect(host.attach({ netns: circle })).rejects.toEqual(failure('ELOOP'));
  });

  test('a descriptor that is of something else', async ({ lab }) => {
    const host = await lab.open();
    const fd = openSync('/dev/null', 'r');
    await expect(host.attach({ fd })).rejects.toEqual(failure('ENOTNETNS', new RegExp(`descriptor ${fd}`)));
    closeSync(fd);
  });

  test('a process that has ended but was not asked how', async ({ lab }) => {
    const host = await lab.open();
    // It ends once its parent has become a program that never asks.
    const script = '(while [ "$(cat /proc/$$/comm)" = sh ]; do :; done) & echo $!; exec sleep infinity';
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await new Promise<Buffer[]>((resolve) => parent.stdout.once('data', (...data) => resolve(data)));
    const pid = Number(String(line));
    await expect.poll(() => execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' })).toMatch(/\) Z /);
    await expect(host.attach({ pid })).rejects.toEqual(failure('ENOPROCESS', new RegExp(`${pid}`)));
    parent.kill('SIGKILL');
  });

  test.for<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'mine')],
    ['a directory', (path) => mkdirSync(path)],
    ['a link that leads nowhere', (path) => symlinkSync('/nowhere', path)],
  ])('a name under which there is %s in /run/netns already', async ([, make], { lab }) => {
    const host = await lab.open();
    // Made by somebody else; removed with the lab.
    const path = lab.namespace().path;
    execFileSync('ip', ['netns', 'del', path.slice(11)]);
    make(path);
    const name = path.slice(11);
    await expect(host.attach({ create: true, name })).rejects.toEqual(failure('ENETNSNAME', new RegExp(name)));
    await expect(host.attach({ pid: await lab.process(), name })).rejects.toEqual(
      failure('ENETNSNAME', new RegExp(name)),
    );
    await lab.expectEmpty();
    execFileSync('rm', ['-r', path]);
  });

  test('a subnet without addresses left', async ({ lab }) => {
    const host = await lab.open({ bip: '10.1.0.1/29' });
    const specs = Array.from({ length: 7 }, (_, i) => ({ create: true, name: `web${i}` }));
    const results = await host.attachAll(specs);
    expect(results.filter(({ attached }) => attached)).toHaveLength(5);
    expect(results.slice(5).map(({ error }) => error)).toEqual([failure('EPOOL', /10\.1\.0\.0\/29/), failure('EPOOL')]);
    expect(lab.files()).toHaveLength(5);
    await host.detach('web2');
    expect((await host.attach({ create: true, name: 'late' })).endpoint?.address).toBe('10.1.0.4');
    await host.detachAll([...specs.map(({ name }) => name), 'late']);
  });
});

/** All that an attach could have changed. */
async function everythingIn(lab: Lab): Promise<unknown> {
  return [lab.linkNames(), lab.files(), await lab.records()];
}
