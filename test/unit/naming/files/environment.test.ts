import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LinkedSandbox, linkEnvironment } from '../../../../src/naming/files/environment.js';

const db: LinkedSandbox = {
  alias: 'db',
  address: '172.17.0.5',
  ports: [{ protocol: 'tcp', port: 5432 }],
  env: ['USER=me', 'EMPTY=', 'EQUATION=a=b', 'LINES=one\ntwo', 'HOME=/root', 'PATH=/bin'],
};

describe('the environment of links', () => {
  test("has the variables of Docker's document", () => {
    expect(linkEnvironment('web', [db]).toSorted()).toEqual(
      [
        'DB_NAME=/web/db',
        'DB_PORT=tcp://172.17.0.5:5432',
        'DB_PORT_5432_TCP=tcp://172.17.0.5:5432',
        'DB_PORT_5432_TCP_ADDR=172.17.0.5',
        'DB_PORT_5432_TCP_PORT=5432',
        'DB_PORT_5432_TCP_PROTO=tcp',
        'DB_ENV_USER=me',
        'DB_ENV_EMPTY=',
        'DB_ENV_EQUATION=a=b',
        'DB_ENV_LINES=one\ntwo',
      ].toSorted(),
    );
  });

  test('names the lowest port first, and tcp before udp', () => {
    const first = (...ports: LinkedSandbox['ports']) =>
      linkEnvironment('web', [{ ...db, ports }]).filter((variable) => variable.startsWith('DB_PORT='));
    const [tcp80, udp53, tcp53] = [
      { protocol: 'tcp', port: 80 },
      { protocol: 'udp', port: 53 },
      { protocol: 'tcp', port: 53 },
    ] as const;
    expect(first(tcp80, udp53)).toEqual(['DB_PORT=udp://172.17.0.5:53']);
    expect(first(tcp80, udp53, tcp53)).toEqual(['DB_PORT=tcp://172.17.0.5:53']);
    expect(first({ protocol: 'sctp', port: 9 }, tcp80)).toEqual(['DB_PORT=sctp://172.17.0.5:9']);
    expect(first()).toEqual([]);
  });

  test('tells of a sandbox without ports that it is there', () => {
    expect(linkEnvironment('web', [{ ...db, ports: [], env: [] }])).toEqual(['DB_NAME=/web/db']);
  });

  test('has aliases as variables can be called', () => {
    const one = linkEnvironment('web', [{ ...db, alias: 'my-db.example', ports: [], env: ['A=1'] }]);
    expect(one).toEqual(['MY_DB_EXAMPLE_NAME=/web/my-db.example', 'MY_DB_EXAMPLE_ENV_A=1']);
  });

  test('has each variable once', () => {
    const anyLinked = fc.record({
      alias: fc.constantFrom('db', 'd-b', 'd.b', 'd_b', 'other'),
      address: fc.constantFrom('172.17.0.5', '172.17.0.6'),
      ports: fc.array(
        fc.record({ protocol: fc.constantFrom('tcp', 'udp', 'sctp'), port: fc.integer({ min: 1, max: 65535 }) }),
      ),
      env: fc.array(fc.constantFrom('A=1', 'A=2', 'B=3')),
    });
    fc.assert(
      fc.property(fc.array(anyLinked), (linked) => {
        const names = linkEnvironment('web', linked).map((variable) => variable.split('=', 1)[0] ?? '');
        expect(new Set(names).size).toBe(names.length);
        expect(names.filter((name) => !/^[A-Z0-9_]+$/.test(name))).toEqual([]);
      }),
    );
  });
});
