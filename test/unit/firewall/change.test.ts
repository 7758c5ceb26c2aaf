import { describe, expect, test } from 'vitest';
import { additions, difference, isEmpty } from '../../../src/firewall/change.js';
import type { Element } from '../../../src/firewall/element.js';

/** A port of the host that leads to an address. */
function mapping(port: number, address: string): Element {
  return {
    table: 'inet',
    set: 'all_ports4',
    key: [
      { kind: 'protocol', value: 'tcp' },
      { kind: 'port', value: port },
    ],
    value: [
      { kind: 'ipv4', value: address },
      { kind: 'port', value: 80 },
    ],
  };
}

describe('difference', () => {
  test('is nothing between the same', () => {
    const change = difference([mapping(80, '172.17.0.2')], [mapping(80, '172.17.0.2')]);
    expect(isEmpty(change)).toBe(true);
  });

  test('adds what is new and removes what is no more', () => {
    const [stays, goes, comes] = [mapping(80, '172.17.0.2'), mapping(81, '172.17.0.2'), mapping(82, '172.17.0.2')];
    expect(difference([stays, goes], [stays, comes])).toEqual({ add: [comes], remove: [goes] });
    expect(difference([], [comes])).toEqual({ add: [comes], remove: [] });
    expect(difference([goes], [])).toEqual({ add: [], remove: [goes] });
  });

  test('takes what leads elsewhere out before it is added: it is no mere addition', () => {
    const [before, after] = [mapping(80, '172.17.0.2'), mapping(80, '172.17.0.3')];
    const change = difference([before], [after, mapping(81, '172.17.0.3')]);
    expect(change).toEqual({ add: [after, mapping(81, '172.17.0.3')], remove: [before] });
    expect(additions(change)).toEqual([mapping(81, '172.17.0.3')]);
  });
});
