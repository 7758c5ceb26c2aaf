import { describe, expect, test } from 'vitest';
import { formatAge } from '../../../src/cli/format/age.js';
import { errorToJson, formatError } from '../../../src/cli/format/error.js';
import { formatGarbage } from '../../../src/cli/format/garbage.js';
import { formatAttached, formatSandbox, formatSandboxes } from '../../../src/cli/format/sandbox.js';
import { plain, type Style } from '../../../src/cli/format/style.js';
import { formatFields, formatTable } from '../../../src/cli/format/table.js';
import { newError } from '../../../src/errors/index.js';
import type { Sandbox } from '../../../src/host/index.js';

const marked: Style = { bold: (text) => `*${text}*`, dim: (text) => `(${text})`, red: (text) => `!${text}!` };

const endpoint = {
  id: '3f2a9c01b2c'.padEnd(64, '0'),
  network: 'f'.repeat(64),
  interface: 'eth0',
  hostInterface: 'veth3f2a9c01b2c',
  hostIndex: 1_000_000,
  address: '172.17.0.2',
  prefixLength: 16,
  macAddress: '02:42:ac:11:00:02',
  gateway: '172.17.0.1',
  mtu: 1500,
  gatewayPriority: 0,
};

const web: Sandbox = {
  id: `3f2a9c01b2c4${'0'.repeat(52)}`,
  name: 'web',
  mode: 'bridge',
  hostname: '3f2a9c01b2c4',
  netns: '/run/netns/web',
  endpoint,
  endpoints: [endpoint],
  ports: [
    { protocol: 'tcp', port: 80, hostAddress: '0.0.0.0', hostPort: 8080 },
    { protocol: 'udp', port: 53, hostAddress: '::1', hostPort: 53 },
  ],
  exposed: [{ protocol: 'sctp', port: 5000 }],
  links: [
    { name: 'db', alias: 'db' },
    { name: 'cache', alias: 'redis' },
  ],
  environment: [],
  state: 'ready',
  created: Date.UTC(2026, 0, 2, 3, 4, 5),
};
const lone: Sandbox = {
  id: '7'.repeat(64),
  name: 'lone',
  mode: 'host',
  endpoints: [],
  ports: [],
  exposed: [],
  links: [],
  environment: [],
  state: 'pending',
  created: web.created,
};

describe('a table', () => {
  test('has its columns under their titles, without blanks at the ends of lines', () => {
    const text = formatTable(
      ['A', 'LONGER', 'C'],
      [
        ['wide cell', 'x', ''],
        ['y', 'z', 'last'],
      ],
      plain,
    );
    expect(text).toBe('A           LONGER   C\nwide cell   x\ny           z        last\n');
  });

  test('shows a dash where there is nothing to say', () => {
    expect(formatTable(['A', 'B'], [[undefined, 'b']], plain)).toBe('A   B\n-   b\n');
  });

  test('sets its titles off, and nothing else', () => {
    expect(formatTable(['A'], [['b']], marked)).toBe('*A*\nb\n');
  });

  test('shows what does not show as itself escaped: a line stays a line', () => {
    expect(formatTable(['A'], [['one\ntwo\x1b[31m']], plain)).toBe('A\none\\ntwo\\u001b[31m\n');
  });
});

test('fields stand beside their names, and those without a value are left out', () => {
  const fields = [
    ['Name', 'web'],
    ['Nothing', undefined],
    ['Host name', 'a\nb'],
  ] as const;
  expect(formatFields(fields, plain)).toBe('Name:       web\nHost name:  a\\nb\n');
});

describe('an age', () => {
  test.each([
    [0, '0 seconds ago'],
    [999, '0 seconds ago'],
    [1000, '1 second ago'],
    [59_999, '59 seconds ago'],
    [60_000, '1 minute ago'],
    [3_599_999, '59 minutes ago'],
    [3_600_000, '1 hour ago'],
    [86_400_000, '1 day ago'],
    [400 * 86_400_000, '400 days ago'],
    // A clock that was set back.
    [-5000, '0 seconds ago'],
  ])('of %i milliseconds is %s', (milliseconds, text) => {
    expect(formatAge(1000, 1000 + milliseconds)).toBe(text);
  });
});

describe('sandboxes', () => {
  test('are listed with all that finds them again', () => {
    expect(formatSandboxes([web, lone], web.created + 120_000, plain)).toBe(
      [
        'ID             NAME   MODE     ADDRESS      MAC ADDRESS         HOST INTERFACE    STATE     CREATED         PORTS',
        '3f2a9c01b2c4   web    bridge   172.17.0.2   02:42:ac:11:00:02   veth3f2a9c01b2c   ready     2 minutes ago   0.0.0.0:8080->80/tcp, [::1]:53->53/udp',
        '777777777777   lone   host     -            -                   -                 pending   2 minutes ago   -',
        '',
      ].join('\n'),
    );
  });

  test('that there are none of leave the titles', () => {
    expect(formatSandboxes([], 0, plain).split('\n')).toHaveLength(2);
  });

  test('are inspected one field a line', () => {
    expect(formatSandbox(web, plain)).toBe(
      [
        `Id:              ${web.id}`,
        'Name:            web',
        'Mode:            bridge',
        'Host name:       3f2a9c01b2c4',
        'Namespace:       /run/netns/web',
        'Network:         ffffffffffff',
        'Interface:       eth0',
        'Address:         172.17.0.2/16',
        'MAC address:     02:42:ac:11:00:02',
        'Gateway:         172.17.0.1',
        'MTU:             1500',
        'Host interface:  veth3f2a9c01b2c',
        'Port:            0.0.0.0:8080->80/tcp',
        'Port:            [::1]:53->53/udp',
        'Exposed:         5000/sctp',
        'Link:            db',
        'Link:            cache as redis',
        'State:           ready',
        'Created:         2026-01-02T03:04:05.000Z',
        '',
      ].join('\n'),
    );
    expect(formatSandbox(lone, plain)).toBe(
      `Id:       ${lone.id}\nName:     lone\nMode:     host\nState:    pending\nCreated:  2026-01-02T03:04:05.000Z\n`,
    );
  });

  test('in several networks are inspected with an endpoint after the other', () => {
    const second = { ...endpoint, network: 'e'.repeat(64), interface: 'eth1', address6: 'fd00::2', prefixLength6: 64 };
    const lines = formatSandbox({ ...web, endpoints: [endpoint, second] }, plain).split('\n');
    expect(lines.filter((line) => /^(Network|Interface|IPv6)/.test(line))).toEqual([
      'Network:         ffffffffffff',
      'Interface:       eth0',
      'Network:         eeeeeeeeeeee',
      'Interface:       eth1',
      'IPv6 address:    fd00::2/64',
    ]);
  });

  test('are inspected with what they were given for looking names up', () => {
    const aliased = { ...endpoint, aliases: ['cache', 'redis'] };
    const naming = {
      servers: ['192.0.2.1', 'fd00::53'],
      search: ['shop.example', 'lan'],
      options: ['ndots:2', 'rotate'],
      hosts: [
        { name: 'db', address: '192.0.2.7' },
        { name: 'gate', address: 'host-gateway' },
      ],
    };
    const directory = '/run/netplumb/sandboxes/3f2a';
    const files = {
      hostname: `${directory}/hostname`,
      hosts: `${directory}/hosts`,
      resolvConf: `${directory}/resolv.conf`,
    };
    const named = { ...web, endpoints: [aliased], naming, files };
    expect(formatSandbox(named, plain).split('\n')).toEqual(
      expect.arrayContaining([
        `Files:             ${directory}`,
        'Aliases:           cache, redis',
        'Name servers:      192.0.2.1, fd00::53',
        'Search domains:    shop.example lan',
        'Resolver options:  ndots:2 rotate',
        'Host:              db is 192.0.2.7',
        'Host:              gate is host-gateway',
      ]),
    );
    const searchless = { ...web, naming: { search: [] } };
    expect(formatSandbox(searchless, plain)).toContain('Search domains:  none\n');
  });

  test('that have just been attached are shown as they will be inspected', () => {
    const { id, state, created, ...known } = web;
    const text = formatAttached({ ...known, sandbox: id, microseconds: { link: 300 } }, plain);
    expect(formatSandbox(web, plain).startsWith(text)).toBe(true);
    expect(text).toContain('172.17.0.2/16');
  });
});

describe('what gc did', () => {
  test('is said one thing a line', () => {
    const report = {
      sandboxes: ['web'],
      links: ['veth1'],
      files: ['/run/netns/a\nb'],
      restored: ['netplumb0'],
      errors: [],
    };
    expect(formatGarbage(report)).toBe(
      'removed sandbox web\nremoved link veth1\nremoved file /run/netns/a\\nb\nrestored netplumb0\n',
    );
  });

  test('is said even when it was nothing', () => {
    expect(formatGarbage({ sandboxes: [], links: [], files: [], restored: [], errors: [] })).toBe('nothing to do\n');
  });
});

describe('an error', () => {
  test('says who speaks, what happened, and on the next line what to do', () => {
    expect(formatError(newError('ENOSANDBOX', { sandbox: 'web' }), marked)).toBe(
      '!netplumb:! there is no sandbox "web"\n(The command "netplumb ls" lists sandboxes.)\n',
    );
  });

  test('without a hint is one line', () => {
    expect(formatError(newError('EABORTED', {}), plain).split('\n')).toHaveLength(2);
  });

  test('that is a bug shows where it is', () => {
    const text = formatError(new TypeError('oops'), plain);
    expect(text).toMatch(/^netplumb: internal error: TypeError: oops\n +at .*format\.test/);
    expect(text).toContain('report');
  });

  test('as data has code, message and hint', () => {
    expect(JSON.parse(JSON.stringify(errorToJson(newError('ENOSANDBOX', { sandbox: 'web' }))))).toEqual({
      error: {
        code: 'ENOSANDBOX',
        message: 'there is no sandbox "web"',
        hint: 'The command "netplumb ls" lists sandboxes.',
      },
    });
    expect(errorToJson(new TypeError('oops'))).toEqual({ error: { code: 'TypeError', message: 'oops' } });
  });
});
