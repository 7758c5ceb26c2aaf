import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/host/index.js';
import { likeNetwork, readJob } from '../../../src/runtime/bench/bench.js';
import { limitsOf } from '../../../src/runtime/bench/limits.js';
import type { Figures } from '../../../src/runtime/bench/report.js';
import { spreadOf, stepSpreads } from '../../../src/runtime/bench/spread.js';
import { Definitions, type NetworkRecord } from '../../../src/store/index.js';
import { temporaryDirectory } from '../../support/store.js';

const times = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('how values are spread', () => {
  test('each figure is one of the values, and as many values as it says do not exceed it', () => {
    fc.assert(
      fc.property(times, (values) => {
        const { p50, p90, p99, max } = spreadOf(values);
        for (const [figure, fraction] of [
          [p50, 0.5],
          [p90, 0.9],
          [p99, 0.99],
          [max, 1],
        ] as const) {
          expect(values).toContain(figure);
          const reached = values.filter((value) => value <= figure).length;
          const below = values.filter((value) => value < figure).length;
          expect(reached).toBeGreaterThanOrEqual(fraction * values.length);
          expect(below).toBeLessThan(fraction * values.length);
        }
      }),
    );
  });

  test('of nothing they are zeros', () => {
    expect(spreadOf([])).toEqual({ p50: 0, p90: 0, p99: 0, max: 0 });
  });

  test('the steps keep their order, and their shares make up the whole', () => {
    const steps = stepSpreads(
      [
        { queue: 900, state: 10, link: 30 },
        { queue: 100, state: 10, link: 40, port: 10 },
      ],
      ['queue'],
    );
    expect(steps.map(({ step, share }) => [step, share])).toEqual([
      ['state', 0.2],
      ['link', 0.7],
      ['port', 0.1],
    ]);
    expect(steps[2]).toMatchObject({ p50: 10, max: 10 });
  });
});

const figures: Figures = {
  ...{ count: 1000, network: 'bridge', driver: 'bridge', firewall: 'nftables', publish: false },
  single: { count: 100, p50: 1, p90: 2, p99: 3, max: 4 },
  attach: { count: 900, perSecond: 1800, engine: 0.95, main: 0.3, machine: 0.6, own: 0.55 },
  steps: [
    { step: 'namespace', p50: 1, p90: 1, p99: 1, max: 1, share: 0.3 },
    { step: 'link', p50: 1, p90: 1, p99: 1, max: 1, share: 0.7 },
  ],
  detach: { count: 1000, perSecond: 3000 },
  memory: 320 * 1024,
  available: 3_000_000 * 1024,
};

describe('what sets the limits', () => {
  const rateWith = (attach: Partial<Figures['attach']>) =>
    limitsOf({ ...figures, attach: { ...figures.attach, ...attach } }, [])[0]?.title;

  test.each([
    [{}, /^the kernel sets the rate: .* 95 % .* link$/],
    [{ engine: 0.5, main: 0.9 }, /^netplumb's own thread sets the rate: .* 90 %/],
    [{ engine: 0.5, main: 0.4, machine: 0.99, own: 0.9 }, /^the processors set the rate: 99 %/],
    [{ engine: 0.5, main: 0.4, machine: 0.5 }, /^waiting sets the rate: .* 50 % .* 40 %/],
  ])('is whoever is busy all the time: %j', (attach, title) => {
    expect(rateWith(attach)).toMatch(title);
  });

  test('other programs, where they had much of the processors: then the rest says little', () => {
    const attach = { ...figures.attach, machine: 0.99, own: 0.5 };
    const [rate, ...others] = limitsOf({ ...figures, attach }, []);
    expect(rate?.title).toMatch(/^others had 49 % of the processors/);
    expect(others.map(({ id }) => id)).toEqual(['memory']);
  });

  test('nobody sets a rate that was not measured', () => {
    expect(rateWith({ count: 0 })).not.toMatch(/rate/);
  });

  test('memory has room for those that were attached and for as many as it still has, in two digits', () => {
    expect(limitsOf(figures, [])[1]?.title).toBe('memory for about 10000 such sandboxes: 320 KiB each');
    const { memory: _, ...unknown } = figures;
    expect(limitsOf(unknown, []).map(({ id }) => id)).toEqual(['rate']);
  });

  test("doctor's word on the host's tables is heard, and on supplies that are short", () => {
    const findings: Finding[] = [
      { id: 'neighbours-ipv4', level: 'ok', title: 'room for 512 endpoints', detail: '' },
      { id: 'open-files', level: 'ok', title: 'plenty', detail: '' },
      { id: 'threads', level: 'warning', title: 'few threads', detail: '', remedy: 'more' },
      { id: 'bridges', level: 'error', title: 'gone', detail: '' },
    ];
    expect(limitsOf(figures, findings).slice(2)).toEqual([
      { id: 'neighbours-ipv4', title: 'room for 512 endpoints' },
      { id: 'threads', title: 'few threads', remedy: 'more' },
    ]);
    expect(limitsOf({ ...figures, network: 'none' }, findings).map(({ id }) => id)).not.toContain('neighbours-ipv4');
  });
});

describe('what is to be measured', () => {
  const record: NetworkRecord = {
    ...{ id: 'ab'.repeat(32), name: 'web', driver: 'ptp', created: 1, attachable: false, ours: false },
    ...{ internal: true, ipv6: true, labels: { owner: 'me' }, options: { 'com.docker.network.driver.mtu': '1400' } },
    subnets: [
      { subnet: '10.1.0.0/16', gateway: '10.1.0.1', range: '10.1.2.0/24', auxiliary: { router: '10.1.0.9' } },
      { subnet: 'fd00:1::/64' },
    ],
  };

  test('is a host with the same options, but never the same place', () => {
    const host = {
      runDir: '/run/netplumb',
      stateDir: '/var/lib/netplumb',
      netns: '/run/netns/x',
      bridge: 'br0',
      mtu: 1400,
    };
    expect(readJob({}, host, '/none')).toEqual({ host: { mtu: 1400 }, count: 1000, network: 'bridge', publish: false });
  });

  test('can be a network like one of this host, by its name or its id', () => {
    const stateDir = temporaryDirectory();
    new Definitions(stateDir).save(record);
    const like = {
      ...{ name: 'web', driver: 'ptp', internal: true, ipv6: true, options: record.options },
      ...{ subnet: ['10.1.0.0/16', 'fd00:1::/64'], gateway: ['10.1.0.1'], ipRange: ['10.1.2.0/24'] },
      auxAddress: { router: '10.1.0.9' },
    };
    expect(likeNetwork(record)).toEqual(like);
    for (const network of ['web', 'abab']) {
      expect(readJob({ network }, {}, stateDir).network).toEqual(like);
    }
    expect(() => readJob({ network: 'db' }, {}, stateDir)).toThrow(expect.objectContaining({ code: 'ENONETWORK' }));
  });

  test.each([
    [{ count: 1 }, 'EBADOPTION'],
    [{ count: 1.5 }, 'EBADOPTION'],
    [{ count: 100_001 }, 'EBADOPTION'],
    [{ network: 'host' }, 'EBADOPTION'],
    [{ network: 'container:web' }, 'EBADOPTION'],
    [{ network: '../etc' }, 'EBADMODE'],
  ])('is refused before anything happens: %j', (options, code) => {
    expect(() => readJob(options, {}, '/none')).toThrow(expect.objectContaining({ code }));
  });
});
