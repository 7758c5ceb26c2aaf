import { describe, expect, test } from 'vitest';
import { shortId } from '../../../src/address/index.js';
import { type AttachSpec, readSpec } from '../../../src/endpoint/spec.js';

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('readSpec', () => {
  test('reads all there is to say of an endpoint', () => {
    const request = readSpec({
      pid: 2778,
      name: 'web',
      hostname: 'web.lab',
      network: 'bridge',
      ip: '172.17.0.9',
      ip6: '2001:DB8:0:0::9',
      macAddress: '02-42-AC-11-00-09',
      defaultGateway: '172.17.0.254',
      mtu: 1400,
      gatewayPriority: -1,
      publish: ['8080:80', '53:53/udp'],
      publishAll: true,
      expose: ['443', '80'],
      links: ['db:database'],
      dns: ['192.0.2.1'],
      env: ['A=1'],
      files: true,
      networkAliases: ['Cache', 'cache', 'db.shop'],
      bound: true,
    });
    expect(request).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: 'web',
      hostname: 'web.lab',
      mode: { kind: 'bridge' },
      target: { kind: 'pid', pid: 2778 },
      wish: {
        ip: '172.17.0.9',
        ip6: '2001:db8::9',
        macAddress: '02:42:ac:11:00:09',
        defaultGateway: '172.17.0.254',
        mtu: 1400,
        gatewayPriority: -1,
        aliases: ['cache', 'db.shop'],
      },
      names: { naming: { servers: ['192.0.2.1'] }, env: ['A=1'], files: true },
      service: {
        publish: [
          { protocol: 'tcp', port: 80, hostPorts: { first: 8080, last: 8080 } },
          { protocol: 'udp', port: 53, hostPorts: { first: 53, last: 53 } },
          { protocol: 'tcp', port: 443 },
        ],
        exposed: [{ protocol: 'tcp', port: 443 }],
        links: [{ reference: 'db', alias: 'database' }],
      },
      bound: true,
    });
  });

  test.each<[AttachSpec, object]>([
    [{ pid: 1 }, { kind: 'pid', pid: 1 }],
    [{ netns: '/run/netns/web' }, { kind: 'path', path: '/run/netns/web' }],
    [{ netns: '/run/./netns//x/../web' }, { kind: 'path', path: '/run/netns/web' }],
    [{ fd: 0 }, { kind: 'fd', fd: 0 }],
    [{ create: true }, { kind: 'created' }],
    [
      { create: false, pid: 1 },
      { kind: 'pid', pid: 1 },
    ],
    [{ network: 'host' }, { kind: 'none' }],
    [{ network: 'container:web' }, { kind: 'none' }],
    [{ network: 'none', create: true }, { kind: 'created' }],
  ])('%j is the namespace %j', (spec, target) => {
    expect(readSpec(spec).target).toEqual(target);
  });

  test('a namespace under /run/netns gives its name, unless that is none or another is given', () => {
    expect(readSpec({ netns: '/run/netns/web' }).name).toBe('web');
    expect(readSpec({ netns: '/run/netns/web', name: 'api' }).name).toBe('api');
    for (const netns of ['/run/netns/a b', '/run/netns/x', '/run/netns/a/b', '/proc/1/ns/net', '/run/netns/']) {
      const { id, name } = readSpec({ netns });
      expect(name).toBe(shortId(id));
    }
  });

  test('two sandboxes never have one id', () => {
    const ids = Array.from({ length: 100 }, () => readSpec({ create: true }).id);
    expect(new Set(ids).size).toBe(100);
  });

  test.each<[string, AttachSpec]>([
    ['nothing', {}],
    ['create that is false', { create: false }],
    ['no namespace of its own in mode none', { network: 'none' }],
    ['two namespaces', { pid: 1, netns: '/run/netns/web' }],
    ['a namespace and a new one', { fd: 3, create: true }],
    ['all of them', { pid: 1, netns: '/x', fd: 3, create: true }],
    ['a namespace in mode host', { network: 'host', pid: 1 }],
    ['a namespace in mode container', { network: 'container:web', create: true }],
  ])('refuses %s: EUSAGE', (_, spec) => {
    expect(() => readSpec(spec)).toThrow(refusal('EUSAGE', /namespace/));
  });

  test.each<[string, AttachSpec, RegExp]>([
    ['EBADPID', { pid: 0 }, /process id/],
    ['EBADPID', { pid: -1 }, /process id/],
    ['EBADPID', { pid: 1.5 }, /process id/],
    ['EBADPID', { pid: 4194305 }, /process id/],
    ['EBADPID', { pid: Number.NaN }, /process id/],
    ['EBADOPTION', { netns: 'run/netns/web' }, /absolute/],
    ['EBADOPTION', { netns: '' }, /absolute/],
    ['EBADOPTION', { netns: '/run/netns/we\0b' }, /absolute/],
    ['EBADOPTION', { netns: 7 as unknown as string }, /absolute/],
    ['EBADOPTION', { fd: -1 }, /descriptor/],
    ['EBADOPTION', { fd: 1.5 }, /descriptor/],
    ['EBADOPTION', { fd: 2 ** 31 }, /descriptor/],
    ['EBADNAME', { create: true, name: '' }, /too short/],
    ['EBADNAME', { create: true, name: 'x' }, /too short/],
    ['EBADNAME', { create: true, name: 'x'.repeat(64) }, /too long/],
    ['EBADNAME', { create: true, name: 'a/b' }, /not allowed/],
    ['EBADNAME', { create: true, name: '..' }, /not allowed/],
    ['EBADNAME', { create: true, name: '../../etc/passwd' }, /not allowed/],
    ['EBADNAME', { create: true, name: 'a b' }, /not allowed/],
    ['EBADNAME', { create: true, name: 'ab\n' }, /not allowed/],
    ['EBADNAME', { create: true, name: 'a\u0000b' }, /not allowed/],
    ['EBADNAME', { create: true, name: '-ab' }, /not allowed/],
    ['EBADNAME', { create: true, name: 'hé' }, /not allowed/],
    ['EBADNAME', { network: 'container:a/b' }, /not allowed/],
    ['EBADNAME', { network: 'container:' }, /too short/],
    ['EBADMODE', { create: true, network: 'a b' }, /network/],
    ['EBADMODE', { create: true, network: '' }, /network/],
    ['EBADADDR', { create: true, ip: '172.17.0' }, /IPv4/],
    ['EBADADDR', { create: true, ip: '172.17.0.256' }, /IPv4/],
    ['EBADADDR', { create: true, ip: '172.17.0.2/16' }, /IPv4/],
    ['EBADADDR', { create: true, ip: 'fe80::1' }, /IPv4/],
    ['EBADADDR', { create: true, defaultGateway: 'router' }, /IPv4/],
    ['EBADMAC', { create: true, macAddress: '02:42:ac:11:00' }, /six/],
    ['EBADMAC', { create: true, macAddress: '03:42:ac:11:00:02' }, /multicast/],
    ['EBADMAC', { create: true, macAddress: '00:00:00:00:00:00' }, /zeros/],
    ['EBADHOSTNAME', { create: true, hostname: 'a_b' }, /host name/],
    ['EBADHOSTNAME', { create: true, hostname: '' }, /host name/],
    ['EBADOPTION', { network: 'container:web', hostname: 'web' }, /of the sandbox that it shares/],
    ['EBADMTU', { create: true, mtu: 67 }, /MTU/],
    ['EBADMTU', { create: true, mtu: 65536 }, /MTU/],
    ['EBADOPTION', { network: 'host', ip: '172.17.0.2' }, /no endpoint/],
    ['EBADOPTION', { network: 'none', create: true, macAddress: '02:42:ac:11:00:02' }, /no endpoint/],
    ['EBADOPTION', { network: 'container:web', mtu: 1400 }, /no endpoint/],
    ['EBADOPTION', { network: 'none', create: true, defaultGateway: '172.17.0.1' }, /no endpoint/],
    ['EBADOPTION', { network: 'host', networkAliases: ['db'] }, /no endpoint/],
    ['EBADOPTION', { network: 'none', create: true, networkAliases: ['db'] }, /no endpoint/],
    ['EBADOPTION', { network: 'container:web', networkAliases: ['db'] }, /no endpoint/],
    ['EBADOPTION', { network: 'container:web', dns: ['192.0.2.1'] }, /files of the sandbox that it shares/],
    ['EBADOPTION', { network: 'container:web', dnsSearch: ['lan'] }, /files of the sandbox that it shares/],
    ['EBADOPTION', { network: 'container:web', dnsOptions: ['rotate'] }, /files of the sandbox that it shares/],
    ['EBADOPTION', { network: 'container:web', addHosts: ['db:192.0.2.7'] }, /files of the sandbox that it shares/],
    ['EBADOPTION', { network: 'lab', create: true, networkAliases: ['a b'] }, /not allowed/],
    ['EBADOPTION', { network: 'lab', create: true, networkAliases: 'db' as unknown as string[] }, /not a list/],
  ])('refuses with %s: %j', (code, spec, message) => {
    expect(() => readSpec(spec)).toThrow(refusal(code, message));
  });

  test('whoever shares the namespace of another, or the host, has variables of its own; the latter has files, too', () => {
    expect(readSpec({ network: 'container:web', env: ['A=1'], files: true }).names.env).toEqual(['A=1']);
    const { names } = readSpec({ network: 'host', dns: ['192.0.2.1'], addHosts: ['db:192.0.2.7'], files: true });
    expect(names).toMatchObject({ naming: { servers: ['192.0.2.1'] }, files: true });
  });

  test.each([null, undefined, 7, 'web'])('refuses what is no object at all: %j', (spec) => {
    expect(() => readSpec(spec as unknown as AttachSpec)).toThrow(refusal('EUSAGE', /./));
  });
});
