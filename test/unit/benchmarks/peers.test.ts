import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../benchmarks/peers/peer.js';
import { cumulative, elapsed, latency, peerReport } from '../../../benchmarks/peers/report.js';
import type { PeerRuns } from '../../../benchmarks/peers/run.js';

const options = { name: 'peers', title: 'Peers', base: 'netplumb, attachAll', unbeaten: ['the floor'] };

function ran(name: string, each_us: readonly number[], problem?: string): PeerRuns {
  const times = { total_ms: each_us.reduce((sum, one) => sum + one, 0) / 1000, each_us };
  const peer: Peer = {
    name,
    publishes: false,
    beside: '',
    version: () => '1.0',
    measure: () => Promise.reject(new Error('not here')),
  };
  const run = { count: each_us.length, attach: times, detach: times };
  return { peer, version: '1.0', runs: [run], ...(problem !== undefined && { problem }) };
}

describe('peerReport', () => {
  it('divides by our time, and promises that nobody is ahead but the floor', () => {
    const all = [
      ran('netplumb, attachAll', [1000, 1000]),
      ran('the floor', [500, 500]),
      ran('ip commands', [40_000, 50_000]),
    ];
    const ratios = peerReport(all, options).rows.filter(({ group }) => group === 'attach, times ours');
    expect(ratios).toEqual([
      { label: 'netplumb, attachAll', group: 'attach, times ours', value: 1, unit: '×' },
      { label: 'the floor 1.0', group: 'attach, times ours', value: 0.5, unit: '×' },
      { label: 'ip commands 1.0', group: 'attach, times ours', value: 45, unit: '×', least: 1 },
    ]);
  });

  it('promises how far behind some are to attach, not to remove', () => {
    const cni = ran('CNI', [40_000]);
    const all = [ran('netplumb, attachAll', [1000]), { ...cni, peer: { ...cni.peer, timesOurs: 30 } }];
    const promised = peerReport(all, options).rows.filter(({ least }) => least !== undefined);
    expect(promised.map(({ group, least }) => [group, least])).toEqual([
      ['attach, times ours', 30],
      ['removal, times ours', 1],
    ]);
  });

  it('says who was not measured and why, and has no figure of his', () => {
    const { rows, notes, charts } = peerReport([ran('netavark', [1], 's0 lacks lo up')], options);
    expect(rows).toEqual([]);
    expect(notes).toEqual(['netavark: s0 lacks lo up']);
    expect(charts?.every(({ series }) => series.length === 0)).toBe(true);
  });
});

describe('latency', () => {
  it('is the median of longer and longer stretches, over all rounds', () => {
    const rounds = [
      { total_ms: 0, each_us: [1000, 2000, 3000, 4000] },
      { total_ms: 0, each_us: [3000, 2000, 5000, 4000] },
    ];
    expect(latency(rounds, 4)).toEqual([
      [1, 2],
      [2, 2],
      [3, 4],
      [4, 4],
    ]);
  });

  it('is one point where only the whole was timed', () => {
    expect(latency([{ total_ms: 50 }, { total_ms: 70 }], 10)).toEqual([[10, 6]]);
  });
});

it('cumulative says within which time each share was done', () => {
  expect(cumulative([4000, 1000, 3000, 2000])).toEqual([
    [1, 25],
    [2, 50],
    [3, 75],
    [4, 100],
  ]);
  expect(cumulative(Array.from({ length: 1000 }, (_, i) => i))).toHaveLength(100);
});

it('elapsed adds up', () => {
  expect(elapsed([{ total_ms: 6, each_us: [1000, 2000, 3000] }], 3)).toEqual([
    [1, 1],
    [2, 3],
    [3, 6],
  ]);
  expect(elapsed([{ total_ms: 6 }], 3)).toEqual([[3, 6]]);
});
