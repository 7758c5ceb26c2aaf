import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { cases } from './cases.js';
import { type Family, families, Scene } from './scene.js';
import { documentedTables, filtered } from './table.js';
import { contradictions } from './verdicts.js';

test('the documentation has a table for every case, and none beside', () => {
  const titles = [...documentedTables().keys()].filter((title) => !title.endsWith(filtered));
  expect(titles).toEqual(cases.map(({ title }) => title));
});

const settings = (['nftables', 'iptables'] as const).flatMap((firewall) =>
  [1, 0].map((filtersBridges) => ({ firewall, filtersBridges })),
);

describe.for(settings)('$firewall, bridged frames filtered: $filtersBridges', ({ firewall, filtersBridges }) => {
  expectNothingLeft();

  test('lets everybody reach whom the documentation says, and nobody else', async () => {
    const prepare = `for file in /proc/sys/net/bridge/bridge-nf-call-*; do echo ${filtersBridges} >$file; done`;
    const scene = await Scene.open(cases, { firewall }, prepare);
    try {
      expect(await contradictions(scene, filtersBridges === 1)).toEqual([]);
      expect(pingedFromOutside(scene, 'Routed')).toEqual([4, 6]);
      expect(pingedFromOutside(scene, 'A network without options')).toEqual([]);
    } finally {
      await scene.end();
    }
  });
});

/** Families in which the first sandbox of a network answers a ping of the machine outside. */
function pingedFromOutside(scene: Scene, title: string): Family[] {
  const { netns } = scene.segments.outside;
  return families.filter((family) => {
    try {
      return netns.run('ping', '-q', '-c', '1', '-W', '1', scene.of(title).server.address[family]);
    } catch {
      return false;
    }
  });
}
