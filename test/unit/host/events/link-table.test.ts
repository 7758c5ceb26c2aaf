import { describe, expect, test } from 'vitest';
import { newId } from '../../../../src/address/index.js';
import { LinkTable } from '../../../../src/host/events/link-table.js';
import { IFF_LOWER_UP, IFF_UP, type Link } from '../../../../src/netlink/index.js';
import { formatMark } from '../../../../src/network/index.js';

const directory = '/run/netplumb';

function link(index: number, name: string, rest: Partial<Link> = {}): Link {
  return { family: 0, type: 1, index, name, flags: 0, change: 0, mtu: 1500, ...rest };
}

describe('a table of links', () => {
  test('tells new ones from known ones, and what has changed about those', () => {
    const table = new LinkTable(directory, [link(1, 'lo')]);
    expect(table.see(link(1, 'lo'))).toBeUndefined();
    expect(table.see(link(1, 'lo', { group: 7, promiscuity: 1 }))).toBeUndefined();
    expect(table.see(link(1, 'lo', { mtu: 1400, flags: IFF_UP }))?.changed).toEqual(['state', 'mtu']);
    expect(table.see(link(2, 'br0'))).toMatchObject({ action: 'created', known: { summary: { name: 'br0' } } });
    expect(table.see(link(2, 'br1'))).toMatchObject({ action: 'changed', changed: ['name'] });
  });

  test('names a bridge to its ports, in whatever order they are listed', () => {
    const table = new LinkTable(directory, [link(1, 'port', { master: 2 }), link(2, 'br0')]);
    expect(table.get(1)?.summary.master).toBe('br0');
    expect(table.see(link(1, 'port'))?.changed).toEqual(['master']);
    expect(table.get(1)?.summary).not.toHaveProperty('master');
  });

  test('says up, no carrier, or down', () => {
    const table = new LinkTable(directory, []);
    const stateOf = (flags: number) => table.see(link(flags, `if${flags}`, { flags }))?.known.summary.state;
    expect([0, IFF_LOWER_UP, IFF_UP, IFF_UP | IFF_LOWER_UP].map(stateOf)).toEqual(['down', 'down', 'no-carrier', 'up']);
  });

  test('says whose a link is, unless it is of another run directory', () => {
    const owner = { id: newId(), name: 'web' };
    const table = new LinkTable(directory, [link(1, 'veth0')]);
    const marked = (kind: 'sandbox' | 'network', where: string) => formatMark({ kind, ...owner }, where);
    expect(table.see(link(1, 'veth0', { alias: marked('sandbox', '/run/other') }))).toBeUndefined();
    const news = table.see(link(1, 'veth0', { alias: marked('sandbox', directory) }));
    expect(news).toMatchObject({ changed: ['sandbox'], known: { owner: { sandbox: owner } } });
    expect(table.see(link(2, 'br0', { alias: marked('network', directory) }))?.known.owner).toEqual({ network: owner });
    expect(table.see(link(3, 'br1', { alias: 'uplink' }))?.known.owner).toEqual({});
  });

  test('forgets', () => {
    const table = new LinkTable(directory, [link(1, 'lo'), link(2, 'br0')]);
    expect(table.forget(2)?.summary.name).toBe('br0');
    expect(table.forget(2)).toBeUndefined();
    expect(table.indexes()).toEqual([1]);
    expect(table.see(link(2, 'br0'))?.action).toBe('created');
  });
});
