import { parseLabel } from '../address/index.js';
import { newError } from '../errors/index.js';
import type { NetworkInfo } from '../host/index.js';
import { isBuiltin } from '../network/index.js';
import { type FilterKey, readFilters, type Test } from './filter.js';
import { parseUntil } from './until.js';

type NetworkKey = FilterKey<NetworkInfo>;

const equal = (field: 'driver' | 'scope'): NetworkKey => ({ test: (value) => (network) => network[field] === value });
const part = (field: 'id' | 'name'): NetworkKey => ({ test: (value) => (network) => network[field].includes(value) });
const label: FilterKey<Pick<NetworkInfo, 'labels'>> = { test: hasLabel, all: true };

const listKeys = {
  driver: equal('driver'),
  id: part('id'),
  label,
  name: part('name'),
  scope: equal('scope'),
  type: {
    test: (value) => {
      const builtin = choose('type', value, { builtin: true, custom: false });
      return ({ name }) => isBuiltin(name) === builtin;
    },
  },
  dangling: {
    test: (value) => {
      const dangling = choose('dangling', value, { true: true, 1: true, false: false, 0: false });
      return ({ name, endpoints }) => (!isBuiltin(name) && endpoints.length === 0) === dangling;
    },
  },
} as const satisfies Readonly<Record<string, NetworkKey>>;

/** The filters of `network ls`. Throws EBADOPTION. */
export function readListFilters(texts: readonly string[]): Test<NetworkInfo> {
  return readFilters<NetworkInfo>(texts, listKeys);
}

/** The filters of `network prune`. `now`: milliseconds since 1970. Throws EBADOPTION. */
export function readPruneFilters(texts: readonly string[], now: number): Test<Pick<NetworkInfo, 'labels' | 'created'>> {
  return readFilters<Pick<NetworkInfo, 'labels' | 'created'>>(texts, {
    label,
    'label!': { test: (value) => not(hasLabel(value)), all: true },
    until: { test: (value) => createdBefore(parseUntil(value, now)), all: true },
  });
}

/** KEY: there is such a label. KEY=VALUE: and that is what it says. */
function hasLabel(text: string): Test<Pick<NetworkInfo, 'labels'>> {
  const [key, value] = parseLabel(text);
  const any = !text.includes('=');
  return ({ labels }) => Object.hasOwn(labels, key) && (any || labels[key] === value);
}

function createdBefore(time: number): Test<Pick<NetworkInfo, 'created'>> {
  return ({ created }) => created < time;
}

function not<Item>(test: Test<Item>): Test<Item> {
  return (item) => !test(item);
}

function choose(key: string, value: string, choices: Readonly<Record<string, boolean>>): boolean {
  const chosen = Object.hasOwn(choices, value) ? choices[value] : undefined;
  if (chosen === undefined) {
    const reason = `it is none of ${Object.keys(choices).join(', ')}`;
    throw newError('EBADOPTION', { option: 'filter', value: `${key}=${value}`, reason });
  }
  return chosen;
}
