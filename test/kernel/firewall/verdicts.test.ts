import { describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { cases } from './cases.js';
import { Scene } from './scene.js';
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
    } finally {
      await scene.end();
    }
  });
});
