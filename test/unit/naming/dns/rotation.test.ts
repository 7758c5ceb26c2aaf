import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerIn, edns, query, saidIn, Town } from './town.js';

/** A town in which so many sandboxes share the alias `db`, and others ask. */
function crowd(size: number, askers = 1) {
  const town = new Town();
  const web = town.network('web');
  for (let number = 0; number < size; number++) {
    town.sandbox(`db-${number}`, [{ network: web, number: 100 + number, aliases: ['db'] }]);
  }
  const asking = Array.from({ length: askers }, (_, i) => town.sandbox(`app-${i}`, [{ network: web, number: 2 + i }]));
  return { town, asking };
}

const all = (size: number) => Array.from({ length: size }, (_, i) => `10.1.0.${100 + i}`);

test('all who share a name are told each time, and each is the first as often as the others', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 3 }), (size, askers) => {
      const { town, asking } = crowd(size, askers);
      const answers = Array.from({ length: 3 * size }, (_, i) => {
        const app = asking[i % askers];
        return app ? town.ask(app, 'db') : '';
      });
      expect(answers.map((answer) => [...answer].sort())).toEqual(answers.map(() => all(size)));
      const firsts = answers.map(([first]) => first);
      expect(all(size).map((one) => firsts.filter((first) => first === one).length)).toEqual(Array(size).fill(3));
    }),
    { numRuns: 20 },
  );
});

test('many who ask once each, in turn for both kinds of address, are spread over all', () => {
  const { town, asking } = crowd(2, 20);
  const firsts = asking.map((app) => {
    const [[first], [first6]] = [town.ask(app, 'db'), town.ask(app, 'db', 'AAAA')];
    return [first, first6];
  });
  for (const one of ['10.1.0.100', '10.1.0.101', 'fd01::64', 'fd01::65']) {
    expect(firsts.flat().filter((first) => first === one)).toHaveLength(10);
  }
});

test('changes in between do not make the same one first each time', () => {
  const { town, asking } = crowd(2);
  const [app] = asking;
  const firsts = new Set<string | undefined>();
  // Which is first after a change is left to chance: 2 ** -60 that it is always the same.
  for (let round = 0; app && round < 60; round++) {
    firsts.add(town.ask(app, 'db')[0]);
    town.network(`other-${round}`, { subnets: [] });
  }
  expect(firsts.size).toBe(2);
});

test('what does not fit is left out whole and said to be; over TCP all of it fits', () => {
  const { town, asking } = crowd(80);
  const [app = expect.fail()] = asking;
  const sizes = [
    { payload: undefined, most: 512 },
    { payload: 1, most: 512 },
    { payload: 600, most: 600 },
    { payload: 1232, most: 1232 },
    { payload: 65535, most: 1232 },
  ];
  for (const { payload, most } of sizes) {
    const packet = query('db', 'A', payload === undefined ? {} : edns(payload));
    const verdict = town.verdict(app, packet);
    const answer = answerIn(verdict);
    const said = [...saidIn(answer)];
    const length = verdict.kind === 'answer' ? verdict.packet.length : 0;
    expect(length).toBeLessThanOrEqual(most);
    // Each has 16 bytes: one more would not have fitted.
    expect(length + 16 > most || said.length === 80).toBe(true);
    expect(answer.flag_tc).toBe(said.length < 80);
    expect(all(80)).toEqual(expect.arrayContaining(said));
    expect(new Set(said).size).toBe(said.length);
    expect(answer.additionals).toHaveLength(payload === undefined ? 0 : 1);
    const whole = answerIn(town.verdict(app, packet, 'tcp'));
    expect([...saidIn(whole)].sort()).toEqual(all(80).sort());
    expect(whole.flag_tc).toBe(false);
  }
});

test('those who are left out take their turn, too', () => {
  const { town, asking } = crowd(80);
  const [app = expect.fail()] = asking;
  const firsts = Array.from({ length: 80 }, () => saidIn(answerIn(town.verdict(app, query('db'))))[0]);
  expect(new Set(firsts).size).toBe(80);
});
