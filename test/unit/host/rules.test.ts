import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInterfaceName } from '../../../src/address/index.js';
import {
  type FirewallModel,
  firewallNames,
  modelOf,
  renderIptables,
  renderNftables,
} from '../../../src/firewall/index.js';
import { type Rules, renderRules } from '../../../src/host/index.js';
import {
  addNetwork,
  addSandbox,
  type EndpointRecord,
  type NetworkRecord,
  type SandboxRecord,
  Store,
} from '../../../src/store/index.js';
import { temporaryDirectory } from '../../support/store.js';

const backends = ['nftables', 'iptables'] as const;

function network(n: number, own: Partial<NetworkRecord> = {}): NetworkRecord {
  const flags = { internal: false, attachable: false, ipv6: false, ours: true };
  return {
    id: `${n}`.repeat(64),
    name: `net-${n}`,
    driver: 'bridge',
    created: n,
    ...flags,
    subnets: [{ subnet: `10.${n}.0.0/24`, gateway: `10.${n}.0.1` }],
    options: {},
    labels: {},
    interface: `br-${n}`,
    ...own,
  };
}

function sandbox(n: number, of: NetworkRecord, own: Partial<SandboxRecord> = {}): SandboxRecord {
  const subnet = of.subnets[0]?.subnet.replace('.0/24', '') ?? '';
  const endpoint: EndpointRecord = {
    id: `${n}e`.repeat(32),
    network: of.id,
    interface: 'eth0',
    hostInterface: `veth${n}`,
    address: `${subnet}.${n}`,
    prefixLength: 24,
    gateway: `${subnet}.1`,
    macAddress: `02:42:0a:00:00:0${n}`,
    mtu: 1500,
    gatewayPriority: 0,
  };
  return {
    id: `${n}5`.repeat(32),
    name: `sandbox-${n}`,
    mode: 'network',
    state: 'ready',
    owner: 'nobody',
    bound: false,
    created: n,
    netns: { kind: 'created' },
    endpoints: [endpoint],
    ...own,
  };
}

/** A run and a state directory, both yet to be made. */
function places() {
  const top = temporaryDirectory();
  return { runDir: join(top, 'run'), stateDir: join(top, 'state') };
}

interface Records {
  readonly networks: readonly NetworkRecord[];
  readonly sandboxes: readonly SandboxRecord[];
}

/** Puts on record what is given, as it is. */
async function record(runDir: string, { networks, sandboxes }: Records): Promise<void> {
  const store = Store.open(runDir, join(runDir, 'state'));
  store.transaction((tables) => {
    for (const one of networks) {
      addNetwork(tables, one);
    }
    for (const one of sandboxes) {
      addSandbox(tables, one);
    }
  });
  await store.close();
}

/** All that would be handed to a tool. */
function textOf(rules: Rules): string {
  switch (rules.backend) {
    case 'nftables':
      return rules.nftables;
    case 'iptables':
      return [rules.ipv4, rules.ipv6, rules.nftables ?? ''].join('\n');
    case 'none':
      return '';
  }
}

const web = network(1);
const db = network(2, { options: { 'com.docker.network.bridge.enable_icc': 'false' } });
const server = sandbox(2, db, {
  ports: [{ protocol: 'tcp', port: 5432, hostAddress: '127.0.0.1', hostPort: 15432 }],
  exposed: [{ protocol: 'tcp', port: 9999 }],
});
const some: Records = {
  networks: [web, db, network(3, { driver: 'macvlan', interface: 'eth0', ours: false })],
  sandboxes: [
    sandbox(3, web, { ports: [{ protocol: 'udp', port: 53, hostAddress: '0.0.0.0', hostPort: 5353 }] }),
    server,
    sandbox(4, db, { links: [{ name: server.name, alias: 'db' }] }),
  ],
};

describe('renderRules', () => {
  test.each(backends)('renders %s for what is on record, and nothing else changes', async (firewall) => {
    const { runDir, stateDir } = places();
    await record(runDir, some);
    const store = Store.open(runDir, stateDir);
    const [model, names] = [store.read(modelOf), firewallNames(store.directory)];
    await store.close();
    const files = readdirSync(runDir);
    const rules = await renderRules({ runDir, stateDir, firewall });
    const expected =
      firewall === 'nftables' ? { nftables: renderNftables(model, names) } : renderIptables(model, names);
    expect(rules).toEqual({ backend: firewall, ...expected });
    expect(textOf(rules)).toContain('15432');
    expect(textOf(rules)).toContain('9999');
    expect([readdirSync(runDir), existsSync(stateDir)]).toEqual([files, false]);
  });

  test.each(backends)('renders %s where nothing is on record, and makes nothing', async (firewall) => {
    const { runDir, stateDir } = places();
    const text = textOf(await renderRules({ runDir, stateDir, firewall }));
    expect(text).toContain(firewall === 'nftables' ? 'chain forward' : '*filter');
    expect(text).not.toContain('10.1.0.0');
    expect([existsSync(runDir), existsSync(stateDir)]).toEqual([false, false]);
  });

  test.each(backends)('with %s, networks that are kept count before the first one opens the host', async (firewall) => {
    const { runDir, stateDir } = places();
    const store = Store.open(join(runDir, 'other'), stateDir);
    store.definitions.save(web);
    await store.close();
    const rules = await renderRules({ runDir, stateDir, firewall });
    expect(textOf(rules)).toContain('10.1.0.0/24');
    expect(existsSync(join(runDir, 'state'))).toBe(false);
    await record(runDir, { networks: [web], sandboxes: [] });
    expect(await renderRules({ runDir, stateDir, firewall })).toEqual(rules);
  });

  test.each(backends)('of %s, only what concerns the networks that are named', async (firewall) => {
    const { runDir, stateDir } = places();
    await record(runDir, some);
    const of = async (...networks: string[]) => textOf(await renderRules({ runDir, stateDir, firewall }, networks));
    const [first, second] = [await of('net-1'), await of(db.id.slice(0, 4))];
    expect([first.includes('5353'), first.includes('15432'), first.includes('9999')]).toEqual([true, false, false]);
    expect([second.includes('5353'), second.includes('15432'), second.includes('9999')]).toEqual([false, true, true]);
    expect(await of('net-1', 'net-2')).toBe(await of());
    expect(await of('net-3')).not.toMatch(/10\.[123]\.0/);
  });

  test('frames are for nftables to guard with iptables too', async () => {
    const { runDir, stateDir } = places();
    const guarded = network(1, { options: { 'netplumb.spoof_guard': 'true' } });
    await record(runDir, { networks: [guarded], sandboxes: [sandbox(3, guarded)] });
    const rules = await renderRules({ runDir, stateDir, firewall: 'iptables' });
    expect(rules).toMatchObject({ nftables: expect.stringContaining('02:42:0a:00:00:03') });
    expect(rules).toMatchObject({ nftables: expect.not.stringContaining('table inet') });
  });

  test('there are none without a firewall', async () => {
    expect(await renderRules({ ...places(), firewall: 'none' })).toEqual({ backend: 'none' });
  });

  test.each([
    [['net-9'], 'ENONETWORK'],
    [['net-1', 'f00'], 'ENONETWORK'],
    [['-'], 'EBADNAME'],
    [['1'], 'EAMBIGUOUS'],
  ])('of %j there are none: %s', async (networks, code) => {
    const { runDir, stateDir } = places();
    await record(runDir, { networks: [web, network(4, { id: `1${'0'.repeat(63)}` })], sandboxes: [] });
    await expect(renderRules({ runDir, stateDir }, networks)).rejects.toThrow(expect.objectContaining({ code }));
  });
});

/** What an interface may be called: no space, and nothing that is not ASCII. */
const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => !'/:%'.includes(c));

function isInterfaceName(text: string): boolean {
  try {
    return parseInterfaceName(text) === text;
  } catch {
    return false;
  }
}

/**
 * Each line as iptables-restore splits it: at spaces outside of double quotes, in which a backslash makes any character plain.
 * Without what is only a digest of the others.
 */
function wordsOf(text: string): string[][] {
  const lines = text.replaceAll(/(--comment) [0-9a-f]{16}$/gm, '$1').split('\n');
  return lines.map((line) => {
    const words = line.match(/"(\\.|[^"\\])*"|[^ "]+/g) ?? [];
    expect(words.join(' ')).toBe(line);
    return words.map((word) => (word.startsWith('"') ? word.slice(1, -1).replaceAll(/\\(.)/g, '$1') : word));
  });
}

describe('rules', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(...'ab"\'`{}[]();,:/\\#$*+!%-. \n\r\t\0\u00e9\u202e\u{1f600}'),
    minLength: 1,
    maxLength: 20,
  });

  test('say nothing that somebody has thought up: no name, label, alias, host name or path', async () => {
    const { runDir, stateDir } = places();
    let run = 0;
    const rendered = async (records: Records) => {
      const store = Store.open(join(runDir, `${run++}`), stateDir);
      const model = store.transaction((tables) => {
        for (const one of records.networks) {
          addNetwork(tables, one);
        }
        for (const one of records.sandboxes) {
          addSandbox(tables, one);
        }
        return modelOf(tables);
      });
      await store.close();
      const names = firewallNames('/run/netplumb');
      return [renderNftables(model, names), renderIptables(model, names)];
    };
    const plain = await rendered(some);
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (one, other, third) => {
        const named = (name: string) => `${one}${name}${other}`;
        const networks = some.networks.map((network) => ({
          ...network,
          name: named(network.name),
          labels: { [other]: third },
        }));
        const sandboxes = some.sandboxes.map((sandbox) => ({
          ...sandbox,
          name: named(sandbox.name),
          hostname: third,
          pin: `/run/netns/${other}`,
          netns: { kind: 'path' as const, path: third },
          ...(sandbox.links && { links: sandbox.links.map(({ name }) => ({ name: named(name), alias: third })) }),
        }));
        expect(await rendered({ networks, sandboxes })).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });

  test('have names of interfaces in them as the tools read them, or not at all', async () => {
    const { runDir, stateDir } = places();
    const store = Store.open(runDir, stateDir);
    const model = (name: string) => {
      try {
        return store.transaction((tables) => {
          addNetwork(tables, { ...web, interface: name });
          throw Object.assign(new Error(), { model: modelOf(tables) });
        });
      } catch (error) {
        return (error as { model: FirewallModel }).model;
      }
    };
    const names = firewallNames(runDir);
    const plain = model('br-1');
    const nft = renderNftables(plain, names);
    const iptables = wordsOf(renderIptables(plain, names).ipv4);
    const valid = fc.string({ unit: fc.constantFrom(...visible), minLength: 1, maxLength: 15 }).filter(isInterfaceName);
    fc.assert(
      fc.property(valid, (name) => {
        const own = model(name);
        const refusal = expect.objectContaining({ code: 'EBADIFNAME' });
        if (/["*\\]/.test(name)) {
          expect(() => renderNftables(own, names)).toThrow(refusal);
        } else {
          // In double quotes, which end at the next one, all other characters are nothing but themselves.
          expect(renderNftables(own, names)).toBe(nft.replaceAll('"br-1"', () => `"${name}"`));
        }
        if (name.endsWith('+') || name === '!') {
          expect(() => renderIptables(own, names)).toThrow(refusal);
        } else {
          const expected = iptables.map((line) => line.map((word) => (word === 'br-1' ? name : word)));
          expect(wordsOf(renderIptables(own, names).ipv4)).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
    await store.close();
  });

  test('have the path of the run directory in them as a digest alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (directory) => {
        const { table, prefix, digest } = firewallNames(directory);
        expect(digest).toMatch(/^[0-9a-f]{8}$/);
        expect([table, prefix]).toEqual([`netplumb-${digest}`, `NP-${digest.toUpperCase()}`]);
      }),
    );
  });
});
