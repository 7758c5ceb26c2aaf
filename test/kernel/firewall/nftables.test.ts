import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { elementsOf } from '../../../src/firewall/elements.js';
import type { FirewallModel } from '../../../src/firewall/model.js';
import { firewallNames } from '../../../src/firewall/names.js';
import { bySet, rawEntries } from '../../../src/firewall/nftables/entries.js';
import { fixedRuleset, renderGuard, renderNftables } from '../../../src/firewall/nftables/render.js';
import { Connection, deleteElements, newElements, type Request } from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';
import { crowd, dualNetwork, guardedNetwork, models, modelWith } from '../../unit/firewall/models.js';

const names = firewallNames('/run/netplumb');

expectNothingLeft();

let netns: TestNetns;
let connection: Connection;

beforeAll(async () => {
  netns = new TestNetns();
  connection = await Connection.open(netns);
  // Its socket for nf_tables is opened when it is first needed, and kept.
  await connection.generation();
});

afterAll(async () => {
  await connection.close();
  netns.remove();
});

beforeEach(() => {
  nft('flush ruleset');
});

/** Runs nft on text. Throws what it says. */
function nft(text: string, ...options: string[]): void {
  execFileSync('ip', ['netns', 'exec', netns.name, 'nft', ...options, '-f', '-'], { input: text, encoding: 'utf8' });
}

/** What is in force, the elements of each set in the order of their text: the kernel has them in any. */
function listing(): string[] {
  const text = netns.run('nft', '--numeric', 'list', 'ruleset');
  const elements = /elements = \{([^}]*)\}/g;
  return text
    .replaceAll(elements, (_, list: string) => `elements = { ${list.split(/,\s*/).map(trimmed).sort().join(', ')} }`)
    .split('\n');
}

function trimmed(text: string): string {
  return text.trim();
}

function requests(model: FirewallModel, make: typeof newElements): Request<undefined>[] {
  return bySet(rawEntries(elementsOf(model), names)).map(({ table, set, elements }) => make(table, set, elements));
}

async function transact(model: FirewallModel, make: typeof newElements): Promise<void> {
  const answers = await connection.transact(requests(model, make));
  expect(answers.filter(({ error }) => error)).toEqual([]);
}

describe.each(Object.entries(models))('%s', (_name, model) => {
  test('nft takes what is printed', () => {
    nft(renderNftables(model, names), '--check');
  });

  test('elements that are put into the sets are those that are printed, and go again', async () => {
    const guard = model.networks.some(({ spoofGuard }) => spoofGuard);
    nft(renderNftables(model, names));
    const printed = listing();
    nft('flush ruleset');
    nft(fixedRuleset(names, guard ? ['inet', 'bridge'] : ['inet']));
    const empty = listing();
    await transact(model, newElements);
    expect(listing()).toEqual(printed);
    // A second time they are there already.
    await transact(model, newElements);
    expect(listing()).toEqual(printed);
    await transact(model, deleteElements);
    expect(listing()).toEqual(empty);
  });
});

test('loaded again, it replaces what was there, and nothing of others', () => {
  nft('table inet other { chain forward { type filter hook forward priority 0; }; }');
  nft(renderNftables(models.everything, names));
  const once = listing();
  nft(renderNftables(models.everything, names));
  expect(listing()).toEqual(once);
  nft(fixedRuleset(names, ['inet', 'bridge']));
  expect(netns.run('nft', 'list', 'set', 'inet', 'netplumb', 'interfaces')).not.toContain('br-1');
  expect(netns.run('nft', 'list', 'tables')).toContain('table inet other');
});

test('the guard stands by itself', () => {
  nft(renderGuard(models['spoof guard'], names));
  expect(netns.run('nft', 'list', 'tables').trim()).toBe('table bridge netplumb');
});

test('two run directories have their rules side by side', () => {
  nft(renderNftables(models.everything, names));
  nft(renderNftables(models.everything, firewallNames('/run/another')));
  expect(netns.run('nft', 'list', 'tables').trim().split('\n')).toHaveLength(4);
});

test('with a thousand endpoints there are as many rules as with one', async () => {
  const count = () => netns.run('nft', '--handle', 'list', 'ruleset').match(/^\t\t.* # handle \d+$/gm)?.length;
  nft(fixedRuleset(names, ['inet']));
  const before = count();
  await transact(crowd(1000), newElements);
  expect(netns.run('nft', 'list', 'map', 'inet', names.table, 'all_ports4').match(/10\.1\.\d/g)).toHaveLength(1000);
  expect(count()).toBe(before);
  expect(before).toBeGreaterThan(50);
});

test('subnets at both ends of what there is, and one behind the other', async () => {
  const subnets = ['0.0.0.0/8', '10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/23', '255.255.255.0/24'];
  const subnets6 = ['::/64', 'fd00::/64', 'fd00:0:0:1::/64', 'ffff:ffff:ffff:ffff::/64'];
  const networks = subnets.map((subnet, i) =>
    guardedNetwork(i + 1, {
      subnets: [
        { family: 4, subnet },
        { family: 6, subnet: subnets6[i] ?? `fd01:${i}::/64` },
      ],
    }),
  );
  const model = modelWith({ networks });
  nft(renderNftables(model, names));
  const printed = listing();
  nft(fixedRuleset(names, ['inet']));
  await transact(model, newElements);
  expect(listing()).toEqual(printed);
  await transact(modelWith({ networks: networks.slice(1, 3) }), deleteElements);
  await transact(modelWith({ networks: networks.slice(1, 3) }), newElements);
  expect(listing()).toEqual(printed);
});

test('nft understands every name of an interface that is printed as that name', () => {
  // What parseInterfaceName takes, of that what is not refused.
  const name = fc
    .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 15 })
    .filter((text) => /^[!-~]+$/.test(text) && !/["*\\/:%]/.test(text) && !['.', '..'].includes(text));
  const own = fc.uniqueArray(name, { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(own, (all) => {
      const networks = all.map((text, i) =>
        dualNetwork(i + 1, { interface: text, id: (i + 1).toString(16).padStart(64, '0') }),
      );
      nft(renderNftables(modelWith({ networks }), names));
      const set = netns.run('nft', '-j', 'list', 'set', 'inet', names.table, 'interfaces');
      const { nftables } = JSON.parse(set) as { nftables: { set?: { elem: string[] } }[] };
      expect(nftables.flatMap((one) => one.set?.elem ?? []).sort()).toEqual([...all].sort());
    }),
    { numRuns: 20 },
  );
});
