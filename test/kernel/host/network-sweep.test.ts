import { describe, expect } from 'vitest';
import type { GarbageReport, Host } from '../../../src/index.js';
import { TestNetns } from '../../support/netns.js';
import { type Lab, test } from './lab.js';
import { isDense, runNetworkSequence } from './sequence.js';

/** What definitions are changed with, then the records, then the kernel. */
const calls = ['fsync', 'rename', 'unlink', 'pwrite64', 'sendto'];
const others = ['write', 'mkdir', 'writev', 'openat', 'close', 'ftruncate', 'fcntl', 'recvmsg', 'socket', 'futex'];

const stride = (call: string) => (call === 'pwrite64' && !isDense ? 2 : 1);

describe('making one network and removing another, killed at any system call', () => {
  test.for([...calls, ...(isDense ? others : [])])(
    'after gc, those on record are those that a reboot brings back: %s',
    { timeout: 600_000 },
    async (call, { lab }) => {
      const host = await lab.open();
      await host.networks.create({ name: 'kept' });
      // Of another host with the same state, of which this one knows nothing yet.
      using netns = new TestNetns();
      const other = await lab.open({ netns: netns.path, runDir: `${lab.runDir}-other` });
      await other.networks.create({ name: 'foreign' });
      const reports: GarbageReport[] = [];
      for (let k = 1; ; k += stride(call)) {
        await host.networks.create({ name: 'old' });
        const { signal, failures } = await runNetworkSequence(lab, 'new', 'old', `${call}:signal=SIGKILL:when=${k}`);
        expect(failures).toEqual([]);
        const after = await mend(lab, host, call === 'fsync' ? 'gc' : (ways[k % ways.length] ?? 'gc'), reports);
        const where = `killed at ${call} ${k}`;
        expect(signal === null ? [['kept', 'new']] : endings, where).toContainEqual(after);
        expect(await afterReboot(lab), where).toEqual(['foreign', ...after]);
        expect(await bridgesOf(host), where).toEqual(lab.marked().sort());
        for (const name of after.filter((one) => one !== 'kept')) {
          await host.networks.remove(name);
        }
        if (signal === null) {
          break;
        }
      }
      // Or this test could not fail: killed when the file is there, and not on the record; and the other way about.
      if (call === 'fsync') {
        expect(reports.flatMap(({ files }) => files)).not.toEqual([]);
        expect(reports.flatMap(({ restored }) => restored)).toContain('old');
      }
      await other.networks.remove('foreign');
      await host.networks.remove('kept');
    },
  );
});

/** What may be on record afterwards: the one is removed once the other is there. */
const endings = [
  ['kept', 'old'],
  ['kept', 'new', 'old'],
  ['kept', 'new'],
];

/** What happens next: gc by a host that is open; one is opened; the same is done once more. */
const ways = ['gc', 'open', 'again'] as const;

/** Afterwards nothing may be amiss; returns what is on record. */
async function mend(lab: Lab, host: Host, way: (typeof ways)[number], reports: GarbageReport[]): Promise<string[]> {
  const there = await namesOf(host);
  if (way === 'again') {
    const { failures } = await runNetworkSequence(lab, 'new', 'old');
    const inTheWay = [
      ...(there.includes('new') ? ['create ENAMEINUSE'] : []),
      ...(there.includes('old') ? [] : ['remove ENONETWORK']),
    ];
    expect(failures.map(({ step, error }) => `${step} ${error.code}`)).toEqual(inTheWay);
  } else if (way === 'open') {
    await (await lab.open()).close();
  }
  const report = await host.gc();
  expect(report.errors).toEqual([]);
  reports.push(report);
  return namesOf(host);
}

async function namesOf(host: Host): Promise<string[]> {
  const networks = await host.networks.list();
  return networks
    .map(({ name }) => name)
    .filter((name) => !['bridge', 'host', 'none'].includes(name))
    .sort();
}

/** The networks of a host that has only the state directory, as after a reboot. */
async function afterReboot(lab: Lab): Promise<string[]> {
  using netns = new TestNetns();
  const host = await lab.open({ netns: netns.path, runDir: `${lab.runDir}-${netns.name}` });
  try {
    expect(host.problems).toEqual([]);
    expect((await host.gc()).errors).toEqual([]);
    return await namesOf(host);
  } finally {
    await host.close();
  }
}

async function bridgesOf(host: Host): Promise<string[]> {
  const networks = await host.networks.list();
  return networks.flatMap(({ name, interface: bridge }) => (name === 'bridge' || !bridge ? [] : [bridge])).sort();
}
