import { describe, expect, test } from 'vitest';
import type { SandboxRecord } from '../../../../src/store/index.js';
import { answerIn, hostServers, query, saidIn, smallTown, Town } from './town.js';

describe('names are those of the records at that moment', () => {
  const states: [string, Partial<SandboxRecord>, boolean][] = [
    ['being attached', { state: 'pending' }, false],
    ['attached', { state: 'ready' }, true],
    ['gaining or losing something else', { state: 'changing' }, true],
    ['being detached', { state: 'leaving' }, false],
  ];
  test.each(states)('a sandbox that is %s', (_, change, isKnown) => {
    const { town, web, app } = smallTown();
    town.sandbox('other', [{ network: web, number: 4 }], change);
    expect(town.ask(app, 'other')).toEqual(isKnown ? ['10.1.0.4'] : 'forward');
  });

  test.each(['coming', 'going'] as const)('an endpoint that is %s has no name yet or any more', (unsettled) => {
    const { town, web, app } = smallTown();
    town.sandbox('other', [{ network: web, number: 4, unsettled }], { state: 'changing' });
    expect(town.ask(app, 'other')).toBe('forward');
    expect(town.ask(app, '4.0.1.10.in-addr.arpa', 'PTR')).toBe('NXDOMAIN');
  });

  test('a name comes and goes with its sandbox, whoever has asked before', () => {
    const { town, web, app } = smallTown();
    for (const number of [4, 5, 6]) {
      expect(town.ask(app, 'other')).toBe('forward');
      const other = town.sandbox('other', [{ network: web, number }]);
      expect(town.ask(app, 'other')).toEqual([`10.1.0.${number}`]);
      town.remove(other);
    }
    expect(town.ask(app, 'other')).toBe('forward');
  });
});

describe('what is not known here', () => {
  test('is asked of the host’s servers', () => {
    const { town, app } = smallTown();
    const verdict = town.verdict(app, query('example.com'));
    expect(verdict).toMatchObject({ kind: 'forward', servers: hostServers });
  });

  test('is asked of the servers that the sandbox was given', () => {
    const { town, web } = smallTown();
    const own = town.sandbox('own', [{ network: web, number: 4 }], { naming: { servers: ['198.51.100.1'] } });
    expect(town.verdict(own, query('example.com'))).toMatchObject({ kind: 'forward', servers: ['198.51.100.1'] });
    const none = town.sandbox('none', [{ network: web, number: 5 }], { naming: { servers: [] } });
    expect(town.verdict(none, query('example.com'))).toMatchObject({ kind: 'forward', servers: hostServers });
  });

  test('is a failure when there is nobody to ask, or nobody has answered', () => {
    const { town, app } = smallTown();
    const verdict = town.verdict(app, query('example.com', 'A', { id: 4711 }));
    const fallback = verdict.kind === 'forward' ? verdict.fallback : Buffer.alloc(0);
    const alone = new Town(town.store);
    alone.servers = [];
    const answer = alone.verdict(app, query('example.com', 'A', { id: 4711 }));
    expect(answer).toEqual({ kind: 'answer', packet: fallback });
    expect(answerIn(answer)).toMatchObject({ id: 4711, rcode: 'SERVFAIL', questions: [{ name: 'example.com' }] });
  });

  test('does not exist in a sandbox all of whose networks are internal', () => {
    const town = new Town();
    const [vault, cellar] = [town.network('vault', { internal: true }), town.network('cellar', { internal: true })];
    const app = town.sandbox('app', [
      { network: vault, number: 2 },
      { network: cellar, number: 2 },
    ]);
    expect(town.ask(app, 'app')).toEqual(['10.1.0.2']);
    expect(town.ask(app, 'example.com')).toBe('NXDOMAIN');
    expect(town.ask(app, '1.2.0.192.in-addr.arpa', 'PTR')).toBe('NXDOMAIN');
    const web = town.network('web');
    const both = town.sandbox('both', [
      { network: vault, number: 3 },
      { network: web, number: 3 },
    ]);
    expect(town.ask(both, 'example.com')).toBe('forward');
  });

  test.each(['AXFR', 'IXFR'] as const)('%s is refused, of any name', (type) => {
    const { town, app } = smallTown();
    expect([town.ask(app, 'web', type), town.ask(app, 'db', type)]).toEqual(['REFUSED', 'REFUSED']);
  });
});

describe('who asks', () => {
  const ask = (town: Town, network: string, source: string, name: string) =>
    town.responder.respond({ packet: query(name), source, network, transport: 'udp' });

  test('the host, by its own address, is told of the names of that network and of nothing else', () => {
    const town = new Town();
    const [web, data] = [town.network('web'), town.network('data')];
    town.sandbox('db', [{ network: web, number: 2 }]);
    town.sandbox('job', [{ network: data, number: 2 }]);
    for (const source of ['10.1.0.1', 'fd01::1']) {
      const said = ['db', 'db.web', 'job', 'example.com'].map((name) =>
        saidIn(answerIn(ask(town, web.id, source, name))),
      );
      expect(said).toEqual([['10.1.0.2'], ['10.1.0.2'], 'REFUSED', 'REFUSED']);
    }
  });

  test.each([
    ['an address that nobody has', '10.1.0.77'],
    ['a sandbox of another network', '10.2.0.2'],
    ['somewhere else', '192.0.2.7'],
    ['the host’s address in another network', '10.2.0.1'],
    ['a link-local address', 'fe80::1%br1'],
    ['nowhere', ''],
  ])('nobody answers %s', (_, source) => {
    const town = new Town();
    const [web, data] = [town.network('web'), town.network('data')];
    town.sandbox('db', [{ network: web, number: 2 }]);
    town.sandbox('job', [{ network: data, number: 2 }]);
    for (const packet of [query('db'), query('example.com'), Buffer.alloc(40), query('db', 'A', { flags: 2 << 11 })]) {
      expect(town.responder.respond({ packet, source, network: web.id, transport: 'udp' })).toEqual({ kind: 'drop' });
    }
  });

  test('nobody is answered at a network that is not there or has no names', () => {
    const town = new Town();
    const quiet = town.network('quiet', { options: { 'netplumb.dns': 'false' } });
    town.sandbox('db', [{ network: quiet, number: 2 }]);
    expect(ask(town, quiet.id, '10.1.0.2', 'db')).toEqual({ kind: 'drop' });
    expect(ask(town, 'f'.repeat(64), '10.1.0.2', 'db')).toEqual({ kind: 'drop' });
  });

  test('a sandbox that is still being attached, or detached, may ask, but not in a network that it is leaving', () => {
    const { town, web } = smallTown();
    const data = town.network('data');
    town.sandbox('job', [{ network: data, number: 2 }]);
    const coming = { network: web, number: 4, unsettled: 'coming' } as const;
    for (const [i, state] of (['pending', 'changing', 'leaving'] as const).entries()) {
      const number = 4 + i;
      const one = town.sandbox(
        state,
        [
          { ...coming, number },
          { network: data, number },
        ],
        { state },
      );
      expect([town.ask(one, 'db'), town.ask(one, 'job')]).toEqual([['10.1.0.2'], ['10.2.0.2']]);
    }
    const going = town.sandbox('going', [
      { network: web, number: 40 },
      { network: data, number: 40, unsettled: 'going' },
    ]);
    expect([town.ask(going, 'db'), town.ask(going, 'job')]).toEqual([['10.1.0.2'], 'forward']);
  });

  test('an address that was given back and to another is the other’s', () => {
    const town = new Town();
    const [web, vault] = [town.network('web'), town.network('vault', { internal: true })];
    const app = town.sandbox('app', [{ network: web, number: 2 }]);
    const hidden = town.sandbox('hidden', [{ network: vault, number: 2 }]);
    expect(town.ask(app, 'hidden')).toBe('forward');
    town.remove(app);
    expect(ask(town, web.id, '10.1.0.2', 'hidden')).toEqual({ kind: 'drop' });
    const next = town.sandbox('next', [
      { network: web, number: 2 },
      { network: vault, number: 3 },
    ]);
    expect(town.ask(next, 'hidden')).toEqual(['10.2.0.2']);
    expect(town.ask(hidden, 'next')).toEqual(['10.2.0.3']);
  });
});
