import { describe, expect, test } from 'vitest';
import { formatEvent } from '../../../src/cli/format/event.js';
import { plain, type Style } from '../../../src/cli/format/style.js';
import type { HostEvent, LinkEvent } from '../../../src/host/index.js';

type Timeless<Event> = Event extends unknown ? Omit<Event, 'time'> : never;

const time = Date.UTC(2026, 10, 21, 6, 45, 23, 143);
const sandbox = { id: '3f2a9c01b2c4'.padEnd(64, '0'), name: 'web' };
const network = { id: 'ab12'.padEnd(64, '0'), name: 'back' };
const veth = { index: 7, name: 'veth0', kind: 'veth', state: 'up', mtu: 1500, address: '02:42:ac:11:00:01' } as const;
const endpoint = {
  id: 'e'.repeat(64),
  network: network.id,
  interface: 'eth0',
  address: '10.9.0.2',
  prefixLength: 24,
  address6: 'fd00::2',
  prefixLength6: 64,
  macAddress: '02:42:0a:09:00:02',
  mtu: 1500,
  gatewayPriority: 0,
};

/** What stands behind the time. */
function line(event: Timeless<HostEvent>): string {
  return formatEvent({ time, ...event } as HostEvent, plain).slice('2026-11-21T06:45:23.143Z  '.length);
}

function link(action: LinkEvent['action'], rest: Partial<LinkEvent> = {}): string {
  return line({ type: 'link', action, link: veth, ...rest });
}

describe('an event on one line', () => {
  test('has the time first, and stands out where something is wrong', () => {
    const marked: Style = { bold: (text) => `*${text}*`, dim: (text) => `(${text})`, red: (text) => `!${text}!` };
    const own = { time, type: 'network', ...network, driver: 'bridge' } as const;
    expect(formatEvent({ ...own, action: 'created' }, marked)).toBe(
      '(2026-11-21T06:45:23.143Z)  *network created*        back (ab1200000000) bridge',
    );
    expect(formatEvent({ ...own, action: 'damaged', interface: 'br0', sandboxes: [sandbox] }, marked)).toBe(
      '(2026-11-21T06:45:23.143Z)  !network damaged!        back: br0 was deleted under web',
    );
    expect(formatEvent({ time, type: 'lost', of: 'kernel' }, marked)).toContain('!lost! ');
  });

  test('tells of links', () => {
    expect(link('created')).toBe('link created           veth0 veth up mtu 1500');
    expect(link('created', { link: { ...veth, master: 'br0' } })).toMatch(/mtu 1500 port of br0$/);
    expect(link('changed', { changed: ['master', 'sandbox'], sandbox })).toBe(
      'link changed           veth0 no port any more [sandbox web]',
    );
    const all = ['name', 'state', 'mtu', 'address', 'master'] as const;
    expect(link('changed', { changed: all, link: { ...veth, master: 'br0' } })).toMatch(
      / veth0 renamed up mtu 1500 02:42:ac:11:00:01 port of br0$/,
    );
    expect(link('deleted', { network })).toBe('link deleted           veth0 veth [network back]');
  });

  test('tells of addresses and routes', () => {
    const address = { type: 'address', action: 'added', address: '10.9.0.1/24', family: 4, index: 7 } as const;
    expect(line({ ...address, interface: 'br0', network })).toBe(
      'address added          10.9.0.1/24 on br0 [network back]',
    );
    expect(line({ ...address, peer: '10.9.0.2' })).toMatch(/10\.9\.0\.1\/24 peer 10\.9\.0\.2 on link 7$/);
    const route = {
      type: 'route',
      action: 'removed',
      destination: 'default',
      family: 4,
      kind: 'unicast',
      table: 254,
    } as const;
    const hops = [
      { gateway: '10.9.0.2', index: 7, interface: 'br0' },
      { gateway: '10.9.0.3', index: 8 },
      { interface: 'br1' },
    ];
    expect(line({ ...route, hops })).toBe(
      'route removed          default via 10.9.0.2 on br0, via 10.9.0.3 on link 8, on br1',
    );
    expect(line({ ...route, kind: 'blackhole', table: 7, metric: 5, hops: [] })).toMatch(
      / blackhole default table 7 metric 5$/,
    );
  });

  test('tells of sandboxes, networks and endpoints', () => {
    expect(line({ type: 'sandbox', action: 'attached', ...sandbox, mode: 'network', endpoints: [endpoint] })).toBe(
      'sandbox attached       web (3f2a9c01b2c4) network 10.9.0.2 fd00::2',
    );
    expect(line({ type: 'sandbox', action: 'detached', ...sandbox, mode: 'none', endpoints: [] })).toMatch(/\) none$/);
    expect(line({ type: 'endpoint', action: 'disconnected', sandbox, network, endpoint })).toBe(
      'endpoint disconnected  web on back: eth0 10.9.0.2/24 fd00::2/64 02:42:0a:09:00:02',
    );
    expect(line({ type: 'endpoint', action: 'connected', sandbox, network: { id: network.id }, endpoint })).toMatch(
      / web on ab1200000000: eth0 /,
    );
    expect(
      line({ type: 'endpoint', action: 'connected', sandbox, peer: { ...sandbox, name: 'db' }, endpoint }),
    ).toMatch(/ web linked to db: eth0 /);
    const restored = { type: 'network', action: 'restored', ...network, driver: 'bridge', interface: 'br0' } as const;
    expect(line({ ...restored, sandboxes: [sandbox, { ...sandbox, name: 'db' }] })).toMatch(
      / back: br0 is back for web, db$/,
    );
    expect(line({ ...restored, sandboxes: [] })).toMatch(/ for nobody$/);
    expect(line({ type: 'lost', of: 'records' })).toMatch(/^lost {19}events of sandboxes/);
  });

  test('lets no control character of a name through', () => {
    expect(link('created', { link: { ...veth, name: 'a\x1b[31mb' } })).not.toContain('\x1b');
  });
});
