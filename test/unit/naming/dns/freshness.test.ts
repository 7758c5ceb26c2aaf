import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NetworkRecord, SandboxRecord } from '../../../../src/store/index.js';
import { Town } from './town.js';

const names = ['db', 'DB', 'app', 'a.b', 'b'] as const;
const aliases = ['db', 'b', 'many'] as const;
const questions = [...names, ...aliases, 'nobody'].flatMap((name) => [name, `${name}.web`, `${name}.a.web`]);

/** What users do: the sandbox of that name is attached, detached, or moved in or out of a network. */
const step = fc.record({
  name: fc.constantFrom(...names),
  networks: fc.subarray([0, 1], { minLength: 1 }),
  aliases: fc.subarray([...aliases]),
  link: fc.option(fc.constantFrom(...names)),
});

/** What is answered, worked out from a list of sandboxes in the plainest way: the addresses, sorted. */
function expected(
  asker: SandboxRecord,
  networks: readonly NetworkRecord[],
  all: readonly SandboxRecord[],
  asked: string,
) {
  const name = asked.toLowerCase();
  const joined = networks.filter(({ id }) => asker.endpoints.some(({ network }) => network === id));
  const at = (network: NetworkRecord, is: (sandbox: SandboxRecord, aliases: readonly string[]) => boolean) =>
    all.flatMap((sandbox) =>
      sandbox.endpoints
        .filter((endpoint) => endpoint.network === network.id && is(sandbox, endpoint.aliases ?? []))
        .map(({ address }) => address),
    );
  const calledIn = (network: NetworkRecord, wanted: string) =>
    at(network, (sandbox, aliases) => sandbox.name.toLowerCase() === wanted || aliases.includes(wanted));
  const linked = asker.links?.find(({ alias }) => alias.toLowerCase() === name)?.name;
  const attempts = [
    ...joined.map((network) => at(network, (sandbox) => sandbox.name === linked)),
    ...joined.map((network) => calledIn(network, name)),
    ...joined.map((network) =>
      name.endsWith(`.${network.name}`) ? calledIn(network, name.slice(0, -network.name.length - 1)) : [],
    ),
  ];
  return attempts.find((found) => found.length > 0)?.sort() ?? 'forward';
}

const sorted = (said: string[] | string) => (typeof said === 'string' ? said : [...said].sort());

test('whatever happened before, the answer is what is on record at that moment', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
      const town = new Town();
      const networks = [town.network('web'), town.network('a.web')];
      const here = new Map<string, SandboxRecord>();
      const asker = town.sandbox(
        'asker',
        networks.map((network) => ({ network, number: 2 })),
        {
          links: [{ name: 'app', alias: 'Many' }],
        },
      );
      steps.forEach(({ name, networks: wanted, aliases, link }, i) => {
        const there = here.get(name);
        if (there) {
          town.remove(there);
          here.delete(name);
        } else {
          const places = wanted.flatMap((at) => networks.slice(at, at + 1));
          const links = link === null ? {} : { links: [{ name: link, alias: 'b' }] };
          here.set(
            name,
            town.sandbox(
              name,
              places.map((network) => ({ network, number: 3 + i, aliases })),
              links,
            ),
          );
        }
        const all = [asker, ...here.values()];
        for (const one of all) {
          const said = questions.map((asked) => [asked, sorted(town.ask(one, asked))]);
          expect(said).toEqual(questions.map((asked) => [asked, expected(one, networks, all, asked)]));
        }
      });
    }),
    { numRuns: 20 },
  );
}, 30_000);
