import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Rules } from '../../../src/host/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { TestNetns } from '../../support/netns.js';
import { TestHost } from './host.js';

expectNothingLeft();

const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const backends = ['nftables', 'iptables'] as const;

/** What a tool says to its input, in a network namespace. */
function fed(netns: TestNetns, input: string, ...command: readonly string[]): string {
  const [program = '', ...rest] = ['ip', 'netns', 'exec', netns.name, ...command];
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', input });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** Loads what `rules --json` has printed. */
function load(netns: TestNetns, rules: Rules): void {
  if (rules.backend === 'nftables') {
    fed(netns, rules.nftables, 'nft', '-f', '-');
  } else if (rules.backend === 'iptables') {
    fed(netns, rules.ipv4, 'iptables-restore', '--noflush');
    fed(netns, rules.ipv6, 'ip6tables-restore', '--noflush');
    fed(netns, rules.nftables ?? '', 'nft', '-f', '-');
  }
}

/** All that is in force of nftables, which holds iptables' rules too: without what differs from one time to the next. */
function inForce(netns: TestNetns): unknown[] {
  const { nftables } = JSON.parse(fed(netns, '', 'nft', '-j', 'list', 'ruleset')) as { nftables: object[] };
  const objects = nftables.filter((one) => !('metainfo' in one)).map(withoutChance);
  // Programs of both families may have run at once.
  return objects.toSorted((one, other) => familyOf(one).localeCompare(familyOf(other)));
}

/** Without handles and counters, and with elements of sets in one order. */
function withoutChance(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutChance);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const known = Object.entries(value).filter(([name]) => name !== 'handle' && name !== 'counter');
  const plain = known.map(([name, one]) => {
    const isElements = name === 'elem' && Array.isArray(one);
    return [name, isElements ? one.map((each) => JSON.stringify(withoutChance(each))).sort() : withoutChance(one)];
  });
  return Object.fromEntries(plain);
}

function familyOf(object: unknown): string {
  const [own] = Object.values(object as Readonly<Record<string, { family: string }>>);
  return own?.family ?? '';
}

test.each(backends)('%s: what is printed is what is in force', async (firewall) => {
  using other = new TestNetns();
  using host = new TestHost();
  host.netns.run('ip', 'link', 'set', 'lo', 'up');
  const call = (...args: string[]) => host.netplumb('--firewall', firewall, ...args);
  call('network', 'create', '--ipv6', 'dual');
  call('network', 'create', '--internal', 'inside');
  call(
    'network',
    'create',
    '-o',
    'com.docker.network.bridge.enable_icc=false',
    '-o',
    'netplumb.spoof_guard=true',
    'shut',
  );
  call('attach', '--create', '--name', 'web', '--net=dual', '-p', '8080:80', '-p', '[::]:8081:81/udp');
  call('attach', '--create', '--name', 'db', '--net=shut', '--expose', '5432', '-p', '127.0.0.1:15432:5432');
  call('attach', '--create', '--name', 'app', '--net=shut', '--link', 'db');
  call('attach', '--create', '--name', 'lone', '--net=inside');
  const rules = JSON.parse(call('rules', '--json')) as Rules;
  expect(rules.backend).toBe(firewall);
  load(other, rules);
  expect(inForce(other)).toEqual(inForce(host.netns));

  const before = inForce(host.netns);
  fed(host.netns, '', 'nft', 'flush', 'ruleset');
  expect(JSON.parse(call('rules', '--json', '--apply'))).toEqual({ changed: true });
  expect(inForce(host.netns)).toEqual(before);
  expect(JSON.parse(call('rules', '--apply', '--json'))).toEqual({ changed: false });
  expect(call('rules', '--apply')).toBe('');

  call('detach', 'web', 'db', 'app', 'lone');
  call('network', 'rm', 'dual', 'inside', 'shut');
  await host.expectNothing();
});

test.each(backends)('%s: rules need no privilege, and the option may stand anywhere', (firewall) => {
  using host = new TestHost();
  const [run, state] = [join(host.runDir, 'own'), join(host.runDir, 'state')];
  chmodSync(host.runDir, 0o755);
  for (const directory of [run, state]) {
    mkdirSync(directory);
    chmodSync(directory, 0o777);
  }
  const env = { NETPLUMB_RUN_DIR: run, NETPLUMB_STATE_DIR: state };
  // Who makes the records may read them.
  expect(host.call(['ls'], { through: nobody, env }).status).toBe(0);
  const places = [
    ['rules', `--firewall=${firewall}`],
    ['rules', '--firewall', firewall],
    ['--firewall', firewall, 'rules'],
    [`--firewall=${firewall}`, 'rules', '--firewall', firewall],
  ];
  const answers = places.map((args) => host.call(args, { through: nobody, env }));
  const [first] = answers;
  expect(first).toEqual({ status: 0, stdout: expect.stringMatching(/forward/i), stderr: '' });
  expect(answers).toEqual(places.map(() => first));
  expect(host.call(['rules'], { through: nobody, env: { ...env, NETPLUMB_FIREWALL: firewall } })).toEqual(first);
});

test.each(backends)('%s: rules need no records either, and make none', (firewall) => {
  using host = new TestHost();
  const [run, state] = [join('/run', `none-${process.pid}`), join('/var/lib', `none-${process.pid}`)];
  const env = { NETPLUMB_RUN_DIR: run, NETPLUMB_STATE_DIR: state };
  const { status, stdout, stderr } = host.call(['rules', '--firewall', firewall, '--json'], { through: nobody, env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(host.call(['rules', '--firewall', firewall], { env }).status).toBe(0);
  expect([existsSync(run), existsSync(state)]).toEqual([false, false]);
  using other = new TestNetns();
  load(other, JSON.parse(stdout));
});

test('rules without a firewall are none, and that is said', () => {
  using host = new TestHost();
  expect(host.call(['rules', '--firewall=none'])).toEqual({
    status: 0,
    stdout: '',
    stderr: expect.stringContaining('there are no rules'),
  });
  expect(JSON.parse(host.call(['rules', '--json', '--firewall=none']).stdout)).toEqual({ backend: 'none' });
});

test.each([
  [['rules', 'gone'], 'ENONETWORK', 1],
  [['rules', 'a b'], 'EBADNAME', 2],
  [['rules', '--firewall=pf'], 'EBADOPTION', 2],
  [['rules', '--apply', 'bridge'], 'EUSAGE', 2],
])('%j is refused with %s', (args, code, status) => {
  using host = new TestHost();
  const { status: own, stdout, stderr } = host.call(['--json', ...args]);
  expect({ status: own, stdout }).toEqual({ status, stdout: '' });
  expect(JSON.parse(stderr).error.code).toBe(code);
  expect(readdirSync(host.stateDir)).toEqual([]);
});
