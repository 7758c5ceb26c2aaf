import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { applyIptables, isIptablesIntact, removeIptables } from '../../../src/firewall/iptables/apply.js';
import { type IptablesTexts, renderIptables } from '../../../src/firewall/iptables/render.js';
import type { Tool } from '../../../src/firewall/iptables/restore.js';
import { withFirewallLock } from '../../../src/firewall/lock.js';
import type { FirewallModel, GuardedEndpoint } from '../../../src/firewall/model.js';
import { firewallNames } from '../../../src/firewall/names.js';
import { Connection, type ToolCall } from '../../../src/netlink/index.js';
import { TestNetns } from '../../support/netns.js';
import { crowd, dualNetwork, guardedEndpoint, models, modelWith } from '../../unit/firewall/models.js';
import { failure } from '../host/lab.js';

const names = firewallNames('/run/netplumb');
const others = firewallNames('/run/another');
const families = ['ipv4', 'ipv6'] as const;
type Family = (typeof families)[number];

/** A namespace, and one variant of iptables in it. */
class Variant {
  readonly calls: ToolCall[] = [];
  readonly programs: Record<Family, readonly string[]>;
  readonly netns: TestNetns;
  readonly #connection: Connection;
  readonly #name: string;

  constructor(name: string, netns: TestNetns, connection: Connection) {
    this.#name = name;
    this.netns = netns;
    this.#connection = connection;
    this.programs = { ipv4: [this.program('ipv4', '-restore')], ipv6: [this.program('ipv6', '-restore')] };
  }

  readonly tool: Tool = (call) => {
    this.calls.push(call);
    return this.#connection.runTool(call);
  };

  program(family: Family, suffix = ''): string {
    return `/usr/sbin/${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${this.#name}${suffix}`;
  }

  apply(model: FirewallModel, own = names): Promise<void> {
    return applyIptables(this.tool, renderIptables(model, own), this.programs);
  }

  isIntact(model: FirewallModel): Promise<boolean> {
    return isIptablesIntact(this.tool, renderIptables(model, names), this.programs);
  }

  remove(own = names): Promise<void> {
    return removeIptables(this.tool, own, this.programs);
  }

  /** Changes rules as somebody else would. */
  iptables(family: Family, command: string): void {
    this.netns.run(this.program(family), ...command.split(' '));
  }

  /** What is in force, without comments and counters. */
  listing(family: Family): string {
    const text = this.netns.run(this.program(family, '-save'));
    return text.replaceAll(/^#.*\n/gm, '').replaceAll(/ \[\d+:\d+\]$/gm, '');
  }

  listings(): string[] {
    return families.map((family) => this.listing(family));
  }
}

describe.each(['nft', 'legacy'])('iptables-%s', (name) => {
  const test = base.extend<{ variant: Variant }>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from its first parameter
    variant: async ({}, use) => {
      using netns = new TestNetns();
      await using connection = await Connection.open(netns);
      await use(new Variant(name, netns, connection));
    },
  });

  test('takes what every model needs, as it was written, once or twice', async ({ variant }) => {
    for (const [what, model] of Object.entries(models)) {
      const texts = renderIptables(model, names);
      for (const family of families) {
        const call = { candidates: variant.programs[family], arguments: ['--noflush', '--test'], input: texts[family] };
        expect(await variant.tool(call), what).toMatchObject({ code: 0, errors: '' });
      }
      await variant.apply(model);
      const first = variant.listings();
      expect(
        families.map((family) => ourRules(variant.listing(family))),
        what,
      ).toEqual(families.map((family) => rendered(texts, family)));
      expect(await variant.isIntact(model), what).toBe(true);
      await variant.apply(model);
      expect(variant.listings(), what).toEqual(first);
    }
  });

  test('one program a family and batch, once the jumps are there', async ({ variant }) => {
    await variant.apply(models.published);
    variant.calls.splice(0);
    await variant.apply(models.everything);
    expect(variant.calls).toHaveLength(2);
  });

  test('rules of others stay what and where they are', async ({ variant }) => {
    await variant.apply(models.published, others);
    for (const family of families) {
      variant.iptables(family, '-A FORWARD -p tcp --dport 22 -j DROP');
      variant.iptables(family, '-t nat -N THEIRS');
      variant.iptables(family, '-t nat -I PREROUTING -j THEIRS');
      variant.iptables(family, '-P FORWARD DROP');
    }
    const before = variant.listings();
    await variant.apply(models.everything);
    for (const family of families) {
      variant.iptables(family, '-I FORWARD -p udp -j ACCEPT');
      variant.iptables(family, '-t mangle -A PREROUTING -j ACCEPT');
    }
    const between = variant.listings();
    await variant.apply(models.nothing);
    await variant.apply(models.everything);
    expect(variant.listings()).toEqual(between);
    expect(between.map(withoutOurs)).not.toEqual(before);

    await variant.remove();
    for (const family of families) {
      variant.iptables(family, '-D FORWARD -p udp -j ACCEPT');
      variant.iptables(family, '-t mangle -D PREROUTING -j ACCEPT');
    }
    expect(variant.listings()).toEqual(before);
  });

  test('what was flushed, by whomever and in whatever part, is noticed and comes back', async ({ variant }) => {
    const model = models.everything;
    await variant.apply(model);
    const listings = variant.listings();
    for (const damage of [
      '-F',
      '-t nat -F',
      '-F NETPLUMB-ADMITTED',
      '-D FORWARD -j NETPLUMB-FORWARD',
      '-t nat -D OUTPUT -j NETPLUMB-OUTPUT',
      '-t mangle -D NETPLUMB-CHECKED 1',
      '-I NETPLUMB-BETWEEN -j ACCEPT',
      '-I NETPLUMB-LEAVING -j ACCEPT',
    ]) {
      for (const family of families) {
        variant.iptables(family, damage);
        expect(await variant.isIntact(model), `${family} ${damage}`).toBe(false);
        await variant.apply(model);
        expect(await variant.isIntact(model), `${family} ${damage}`).toBe(true);
      }
    }
    expect(variant.listings()).toEqual(listings);
    for (const family of families) {
      variant.iptables(family, '-F');
      variant.iptables(family, '-X');
    }
    expect(await variant.isIntact(model)).toBe(false);
    await variant.apply(model);
    expect(variant.listings()).toEqual(listings);
  });

  test('of many at once the newest stays, and no jump is made twice', async ({ variant }) => {
    const directory = mkdtempSync(join(tmpdir(), 'netplumb-batches-'));
    const endpoints: GuardedEndpoint[] = [];
    const attach = (host: number) =>
      withFirewallLock(directory, async () => {
        endpoints.push(
          guardedEndpoint(dualNetwork(1), host, { ports: [{ protocol: 'tcp', port: 80, hostPort: host }] }),
        );
        await variant.apply(modelWith({ endpoints }));
      });
    await Promise.all(Array.from({ length: 12 }, (_, index) => attach(index + 2)));
    expect(await variant.isIntact(modelWith({ endpoints }))).toBe(true);
    for (const family of families) {
      expect(variant.listing(family).match(/^-A FORWARD /gm)).toHaveLength(1);
    }
    rmSync(directory, { recursive: true });
  });

  test('rules of another model with as many rules are not taken for this one', async ({ variant }) => {
    const [one, other] = [2, 3].map((host) => modelWith({ endpoints: [guardedEndpoint(dualNetwork(host), 2)] }));
    await variant.apply(one as FirewallModel);
    expect(await variant.isIntact(other as FirewallModel)).toBe(false);
  });

  test('removing leaves nothing, and can be repeated, with or without jumps', async ({ variant }) => {
    for (const family of families) {
      variant.iptables(family, '-t nat -A POSTROUTING -j ACCEPT');
      variant.iptables(family, '-t mangle -S');
    }
    await variant.remove();
    const before = variant.listings();
    await variant.apply(models.everything);
    for (const family of families) {
      variant.iptables(family, '-D FORWARD -j NETPLUMB-FORWARD');
      variant.iptables(family, '-A INPUT -j NETPLUMB-INPUT');
    }
    await variant.remove();
    await variant.remove();
    expect(variant.listings()).toEqual(before);
  });

  test('a refused text changes nothing in its table, and the error says what and where', async ({ variant }) => {
    await variant.apply(models.plain);
    const before = variant.listings();
    const good = renderIptables(models.everything, names);
    const spoiled = good.ipv4.replace('-g NETPLUMB-CHECKED', '-m no-such-match $&');
    await expect(applyIptables(variant.tool, { ...good, ipv4: spoiled }, variant.programs)).rejects.toEqual(
      failure('EUNSUPPORTED', /no-such-match/),
    );
    expect(variant.listing('ipv4')).toEqual(before[0]);
    const wrong = good.ipv4.replace('--dport 80 ', '--dport eighty ');
    await expect(applyIptables(variant.tool, { ...good, ipv4: wrong }, variant.programs)).rejects.toEqual(
      failure('ERULES', /line \d+ \(-A .*--dport eighty .*eighty/),
    );
  });

  test('an interface of any name is meant literally', async ({ variant }) => {
    const odd = ['a"b', "it's", 'back\\slash', '$(id)', '#1', '-j', 'br*', 'ü'];
    for (const interfaceName of odd) {
      const model = modelWith({ networks: [dualNetwork(1, { interface: interfaceName })] });
      await variant.apply(model);
      expect(variant.listing('ipv4')).toContain(`-i ${interfaceName} -g NETPLUMB-CHECKED`);
      expect(await variant.isIntact(model)).toBe(true);
    }
  });

  test('many published ports: more than what is kept of a listing', async ({ variant }) => {
    const model = crowd(12_000);
    await variant.apply(model);
    expect(await variant.isIntact(model)).toBe(true);
    variant.iptables('ipv4', '-t nat -F NETPLUMB-REVISION');
    expect(await variant.isIntact(model)).toBe(false);
  });
});

base('the lock of iptables is waited for', async () => {
  using netns = new TestNetns();
  await using connection = await Connection.open(netns);
  const variant = new Variant('legacy', netns, connection);
  // As iptables itself does it (xtables_lock in its xshared.c).
  const other = spawn('flock', ['/run/xtables.lock', 'sh', '-c', 'echo taken; sleep 0.4']);
  await once(other.stdout, 'data');
  let isOver = false;
  other.on('exit', () => {
    isOver = true;
  });
  await variant.apply(models.plain);
  expect(isOver).toBe(true);
});

base('a program that is not installed is named', async () => {
  await using connection = await Connection.open();
  const programs = { ipv4: ['/usr/sbin/no-iptables-restore'], ipv6: ['/usr/sbin/no-ip6tables-restore'] };
  const tool: Tool = (call) => connection.runTool(call);
  await expect(applyIptables(tool, renderIptables(models.plain, names), programs)).rejects.toEqual(
    failure('ENOTOOL', /no-iptables-restore/),
  );
});

/** Our rules of a listing or text, and the jumps to them, in their order, by table and chain. */
function ourRules(listing: string): Record<string, string[]> {
  const chains: Record<string, string[]> = {};
  for (const table of listing.split(/^(?=\*)/m)) {
    const name = table.split('\n', 1)[0];
    for (const [rule, chain] of table.matchAll(/^-A (\S+) .*$/gm)) {
      if (rule.includes('NETPLUMB-')) {
        const key = `${name} ${chain}`;
        chains[key] = [...(chains[key] ?? []), rule];
      }
    }
  }
  return chains;
}

function rendered(texts: IptablesTexts, family: Family): Record<string, string[]> {
  return ourRules(texts[family].replaceAll(/^-I /gm, '-A '));
}

function withoutOurs(listing: string): string {
  return listing.replaceAll(/^.*NETPLUMB-.*\n/gm, '');
}
