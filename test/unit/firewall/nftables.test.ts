import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementsOf } from '../../../src/firewall/elements.js';
import type { FirewallModel } from '../../../src/firewall/model.js';
import { firewallNames } from '../../../src/firewall/names.js';
import { formatElement } from '../../../src/firewall/nftables/format.js';
import { fixedRuleset, renderGuard, renderNftables } from '../../../src/firewall/nftables/render.js';
import { shapeOf } from '../../../src/firewall/nftables/sets.js';
import { crowd, dualNetwork, guardedEndpoint, models, modelWith } from './models.js';

const names = firewallNames('/run/netplumb');

/** Options that make no difference: the files of these are those of others. */
const shared: Readonly<Record<string, string>> = {
  'linked though icc is on': 'both families',
};

test('sets and chains', async () => {
  await expect(fixedRuleset(names, ['inet', 'bridge'])).toMatchFileSnapshot('nftables/fixed.nft');
});

describe('elements', () => {
  test.each(Object.entries(models))('%s', async (name, model) => {
    const file = `nftables/${(shared[name] ?? name).replaceAll(/\W+/g, '-')}.nft`;
    await expect(additions(model)).toMatchFileSnapshot(file);
  });
});

test.each(Object.entries(models))('%s: what is printed are the sets and chains with these elements', (_name, model) => {
  const guard = model.networks.some(({ spoofGuard }) => spoofGuard);
  const text = renderNftables(model, names);
  expect(withoutElements(text)).toBe(fixedRuleset(names, guard ? ['inet', 'bridge'] : ['inet']));
  expect(elementsIn(text)).toEqual(additions(model).split('\n').filter(Boolean).sort());
});

test('the table that pins addresses stands by itself, for iptables, which has no words for it', () => {
  const guard = renderGuard(models['spoof guard'], names);
  expect(withoutElements(guard)).toBe(fixedRuleset(names, ['bridge']));
  expect(elementsIn(guard).length).toBeGreaterThan(0);
  expect(renderNftables(models['spoof guard'], names).endsWith(guard)).toBe(true);
});

test('with a thousand endpoints there are the same rules as with one', () => {
  expect(withoutElements(renderNftables(crowd(1000), names))).toBe(withoutElements(renderNftables(crowd(1), names)));
});

test('run directories have tables of their own', () => {
  const another = firewallNames('/run/another');
  expect(another.table).toMatch(/^netplumb-[0-9a-f]{8}$/);
  const text = renderNftables(models['spoof guard'], another);
  const tables = [...text.matchAll(/^(?:add |delete )?table (.*?)(?: \{)?$/gm)].map(([, table]) => table);
  expect(new Set(tables)).toEqual(new Set([`inet ${another.table}`, `bridge ${another.table}`]));
});

test("a table's comment says the name, the revision and whose it is, and nothing else", () => {
  const comments = [...fixedRuleset(names, ['inet', 'bridge']).matchAll(/comment "(.*)"/g)].map(
    ([, comment]) => comment,
  );
  expect(comments).toEqual(new Array(2).fill(expect.stringMatching(/^netplumb [0-9a-f]{8} [0-9a-f]{8}$/)));
  expect(comments[0]).toContain(names.digest);
});

describe('text from outside', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('"', '}\n', '"; flush ruleset; #', 'a b', '$x', '\\', 'ü', '*', '@interfaces'),
  );

  test('names and ids of networks and endpoints are nowhere in the rules', () => {
    const usual = renderNftables(modelWith({ endpoints: [guardedEndpoint(dualNetwork(1), 2)] }), names);
    fc.assert(
      fc.property(text, text, (name, id) => {
        const network = { ...dualNetwork(1), name, id };
        const endpoint = { ...guardedEndpoint(dualNetwork(1), 2), network, id };
        expect(renderNftables(modelWith({ endpoints: [endpoint] }), names)).toBe(usual);
      }),
    );
  });

  test('the name of an interface stays within its quotes, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 15 }), (name) => {
        const model = modelWith({ networks: [dualNetwork(1, { interface: name })] });
        if (/[^!-~]|["*\\]/.test(name)) {
          expect(() => renderNftables(model, names)).toThrow(expect.objectContaining({ code: 'EBADIFNAME' }));
        } else {
          expect(elementsIn(renderNftables(model, names))).toContain(
            `add element inet netplumb interfaces { "${name}" }`,
          );
        }
      }),
    );
  });
});

/** All elements, each as a command that adds it. */
function additions(model: FirewallModel): string {
  const lines = elementsOf(model).map((element) => {
    const { table, set } = element;
    return `add element ${table} netplumb ${set} { ${formatElement(element, shapeOf(set).typeof !== undefined)} }\n`;
  });
  return lines.join('');
}

function withoutElements(text: string): string {
  return text.replaceAll(/^ {4}elements = \{\n(?: {6}.*\n)*? {4}\}\n/gm, '');
}

/** The same commands, sorted, out of a text with tables. */
function elementsIn(text: string): string[] {
  const commands: string[] = [];
  let place = '';
  let set = '';
  for (const line of text.split('\n')) {
    place = /^table (.*) \{$/.exec(line)?.[1] ?? place;
    set = /^ {2}(?:set|map) (\S+) \{$/.exec(line)?.[1] ?? set;
    const element = /^ {6}(.*),$/.exec(line)?.[1];
    if (element !== undefined) {
      commands.push(`add element ${place} ${set} { ${element} }`);
    }
  }
  return commands.sort();
}
