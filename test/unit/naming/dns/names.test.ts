import { describe, expect, test } from 'vitest';
import { answerIn, query, saidIn, smallTown, Town } from './town.js';

describe('a sandbox', () => {
  test('finds another by its name and by its short id, alone and with the network behind it', () => {
    const { town, db, app } = smallTown();
    const short = db.id.slice(0, 12);
    for (const name of ['db', 'db.web', 'db.web.', short, `${short}.web`]) {
      expect(town.ask(app, name)).toEqual(['10.1.0.2']);
      expect(town.ask(app, name, 'AAAA')).toEqual(['fd01::2']);
      expect([...town.ask(app, name, 'ANY')].sort()).toEqual(['10.1.0.2', 'fd01::2']);
    }
  });

  test('finds itself', () => {
    const { town, app } = smallTown();
    expect(town.ask(app, 'app')).toEqual(['10.1.0.3']);
  });

  test('is told of a name without an address of the asked kind that it is there, and has none', () => {
    const { town, app } = smallTown();
    expect(town.ask(app, 'db', 'MX')).toEqual([]);
    const old = town.network('old', { subnets: [{ subnet: '10.9.0.0/16', gateway: '10.9.0.1' }] });
    const one = town.sandbox('one', [{ network: old, number: 2 }]);
    expect(town.ask(one, 'one')).toEqual(['10.9.0.2']);
    expect(town.ask(one, 'one', 'AAAA')).toEqual([]);
  });

  test('does not find a part of a name, of an id or of an address', () => {
    const { town, db, app } = smallTown();
    const names = ['d', 'db.we', 'db.web.web', 'web', db.id.slice(0, 11), db.id.slice(0, 13), '10.1.0.2', '.'];
    for (const name of names) {
      expect(town.ask(app, name)).toBe('forward');
    }
  });

  test('finds names in any letters, however they are spelt on record', () => {
    const { town, web, app } = smallTown();
    town.sandbox('WebServer', [{ network: web, number: 4 }]);
    for (const name of ['webserver', 'WEBSERVER', 'WebServer', 'wEBsERVER.wEB']) {
      expect(town.ask(app, name)).toEqual(['10.1.0.4']);
    }
    expect(town.ask(app, 'DB')).toEqual(['10.1.0.2']);
  });

  test('finds all who are called the same but for capitals, and only those that are left', () => {
    const { town, web, app } = smallTown();
    const capital = town.sandbox('DB', [{ network: web, number: 4 }]);
    expect([...town.ask(app, 'db')].sort()).toEqual(['10.1.0.2', '10.1.0.4']);
    town.remove(capital);
    expect(town.ask(app, 'Db')).toEqual(['10.1.0.2']);
  });

  test('knows capitals of those who were there before the server', () => {
    const { town, web, app } = smallTown();
    town.sandbox('WebServer', [{ network: web, number: 4 }]);
    const later = new Town(town.store);
    expect(later.ask(app, 'webserver')).toEqual(['10.1.0.4']);
  });

  test('finds names in any letters after more changes than are kept', () => {
    const { town, web, app } = smallTown();
    expect(town.ask(app, 'webserver')).toBe('forward');
    town.sandbox('WebServer', [{ network: web, number: 4 }]);
    town.store.transaction(({ counters }) => counters.putSync('changes', 10_000));
    expect(town.ask(app, 'webserver')).toEqual(['10.1.0.4']);
  });

  test('has the name spelt in the answer as it spelt it in the question', () => {
    const { town, app } = smallTown();
    const { questions, answers } = town.answer(app, 'dB.WeB');
    expect([questions?.[0]?.name, answers?.[0]?.name]).toEqual(['dB.WeB', 'dB.WeB']);
  });

  test('does not take what looks like a name for that name', () => {
    const { town, app } = smallTown();
    const bytesOf = (...labels: string[]) =>
      Buffer.concat([...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'))]);
    const ask = (...labels: string[]) => {
      const head = query('x').subarray(0, 12);
      const packet = Buffer.concat([head, bytesOf(...labels), Buffer.from([0, 0, 1, 0, 1])]);
      return town.verdict(app, packet).kind;
    };
    expect(ask('db', 'web')).toBe('answer');
    // One label with a dot inside; a letter that Unicode makes a "b" or "k" of; bytes that are no text.
    expect(['db.web', 'd\xe2\x84\xaa', 'db\0', 'd\xff'].map((label) => ask(label))).toEqual(Array(4).fill('forward'));
  });
});

describe('aliases', () => {
  test('are names in their network, and only there', () => {
    const town = new Town();
    const [web, data] = [town.network('web'), town.network('data')];
    const places = [
      { network: web, number: 2, aliases: ['db'] },
      { network: data, number: 2 },
    ];
    const one = town.sandbox('one', places);
    const app = town.sandbox('app', [{ network: web, number: 3 }]);
    const job = town.sandbox('job', [{ network: data, number: 3 }]);
    expect(town.ask(app, 'db')).toEqual(['10.1.0.2']);
    expect(town.ask(app, 'DB.Web', 'AAAA')).toEqual(['fd01::2']);
    expect(town.ask(job, 'db')).toBe('forward');
    expect(town.ask(job, 'one')).toEqual(['10.2.0.2']);
    town.remove(one);
    expect(town.ask(app, 'db')).toBe('forward');
  });

  test('are not the beginnings of aliases', () => {
    const town = new Town();
    const web = town.network('web');
    const app = town.sandbox('app', [{ network: web, number: 2, aliases: ['db-1', 'db.main', 'dba'] }]);
    expect(town.ask(app, 'db')).toBe('forward');
    expect(town.ask(app, 'db.main')).toEqual(['10.1.0.2']);
  });

  test('are shared with whoever has that name', () => {
    const { town, web, app } = smallTown();
    town.sandbox('second', [{ network: web, number: 4, aliases: ['db'] }]);
    expect([...town.ask(app, 'db')].sort()).toEqual(['10.1.0.2', '10.1.0.4']);
  });

  test('come before ids', () => {
    const { town, web, db, app } = smallTown();
    const short = db.id.slice(0, 12);
    town.sandbox('second', [{ network: web, number: 4, aliases: [short] }]);
    expect(town.ask(app, short)).toEqual(['10.1.0.4']);
  });
});

describe('a sandbox on several networks', () => {
  test('knows the names of all of them, and of those that are on several the address in its first', () => {
    const town = new Town();
    const [web, data, lab] = [town.network('web'), town.network('data'), town.network('lab')];
    const app = town.sandbox('app', [
      { network: web, number: 2 },
      { network: data, number: 2 },
    ]);
    town.sandbox('near', [{ network: web, number: 3 }]);
    town.sandbox('far', [{ network: data, number: 3 }]);
    town.sandbox('out', [{ network: lab, number: 3 }]);
    town.sandbox('both', [
      { network: data, number: 4 },
      { network: web, number: 4 },
    ]);
    expect(['near', 'far', 'out', 'both'].map((name) => town.ask(app, name))).toEqual([
      ['10.1.0.3'],
      ['10.2.0.3'],
      'forward',
      ['10.1.0.4'],
    ]);
    expect(town.ask(app, 'both.data')).toEqual(['10.2.0.4']);
    expect(town.ask(app, 'near.data')).toBe('forward');
    expect(town.ask(app, 'out.lab')).toBe('forward');
  });

  test('is told the IPv6 address in its second network where the first has none', () => {
    const town = new Town();
    const old = town.network('old', { subnets: [{ subnet: '10.9.0.0/16', gateway: '10.9.0.1' }] });
    const web = town.network('web');
    const places = (number: number) => [
      { network: old, number },
      { network: web, number },
    ];
    const app = town.sandbox('app', places(2));
    town.sandbox('db', places(3));
    expect(town.ask(app, 'db')).toEqual(['10.9.0.3']);
    expect(town.ask(app, 'db', 'AAAA')).toEqual(['fd02::3']);
  });

  test('may ask at each of them, by whichever of its addresses', () => {
    const town = new Town();
    const [web, data] = [town.network('web'), town.network('data')];
    town.sandbox('app', [
      { network: web, number: 2 },
      { network: data, number: 2 },
    ]);
    for (const source of ['10.1.0.2', '10.2.0.2', 'fd01::2', 'FD02:0::2']) {
      for (const network of [web.id, data.id]) {
        const verdict = town.responder.respond({ packet: query('app'), source, network, transport: 'udp' });
        expect(saidIn(answerIn(verdict))).toEqual(['10.1.0.2']);
      }
    }
  });

  test('that has a network without names beside finds nobody there', () => {
    const town = new Town();
    const web = town.network('web');
    const quiet = town.network('quiet', { options: { 'netplumb.dns': 'false' } });
    const app = town.sandbox('app', [
      { network: web, number: 2 },
      { network: quiet, number: 2 },
    ]);
    town.sandbox('db', [{ network: quiet, number: 3 }]);
    expect(town.ask(app, 'db')).toBe('forward');
    expect(town.ask(app, '3.0.2.10.in-addr.arpa', 'PTR')).toBe('forward');
  });
});

describe('links', () => {
  test('give a sandbox a name of its own for another, which comes before everybody else’s', () => {
    const { town, web, app } = smallTown();
    const links = [{ name: 'db', alias: 'App' }];
    const linker = town.sandbox('linker', [{ network: web, number: 4 }], { links });
    expect(town.ask(linker, 'app')).toEqual(['10.1.0.2']);
    expect(town.ask(app, 'app')).toEqual(['10.1.0.3']);
  });

  test('follow the sandbox that has the name', () => {
    const { town, web, db } = smallTown();
    const linker = town.sandbox('linker', [{ network: web, number: 4 }], { links: [{ name: 'db', alias: 'store' }] });
    expect(town.ask(linker, 'store')).toEqual(['10.1.0.2']);
    town.remove(db);
    expect(town.ask(linker, 'store')).toBe('forward');
    town.sandbox('db', [{ network: web, number: 5 }]);
    expect(town.ask(linker, 'store')).toEqual(['10.1.0.5']);
  });
});
