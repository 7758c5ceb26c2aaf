import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../../support/leaks.js';
import { run } from '../../support/netns.js';
import { cases } from './cases.js';
import { onHost, Scene } from './scene.js';
import { contradictions } from './verdicts.js';

/** What `iptables-restore` and its like lead to. */
const installed = '/usr/sbin/xtables-nft-multi';

describe('iptables-legacy where iptables is looked for', () => {
  beforeAll(() => {
    run('mount', '--bind', '/usr/sbin/xtables-legacy-multi', installed);
  });
  afterAll(() => {
    run('umount', installed);
  });
  expectNothingLeft();

  test.for([1, 0])('gives the same verdicts, with bridged frames filtered: %i', async (filtersBridges) => {
    const prepare = `for file in /proc/sys/net/bridge/bridge-nf-call-*; do echo ${filtersBridges} >$file; done`;
    const scene = await Scene.open(cases, { firewall: 'iptables' }, prepare);
    try {
      expect(onHost(scene, 'cat', '/proc/net/ip_tables_names').split('\n').sort()).toContain('nat');
      expect(await contradictions(scene, filtersBridges === 1)).toEqual([]);
    } finally {
      await scene.end();
    }
  });
});
