import { nearest, newError } from '../errors/index.js';

/** Whether something is meant. */
export type Test<Item> = (item: Item) => boolean;

/** What one key of a filter can be asked for. */
export interface FilterKey<Item> {
  /** What VALUE means. Throws EBADOPTION for one that cannot be asked for. */
  readonly test: (value: string) => Test<Item>;
  /** Given several times: all of them must hold, instead of any. */
  readonly all?: boolean;
}

/**
 * Reads filters, each KEY=VALUE. As in Docker, those of one key are alternatives (but for keys that say `all`), and every
 * key that is given must hold. Throws EBADOPTION.
 */
export function readFilters<Item>(
  texts: readonly string[],
  keys: Readonly<Record<string, FilterKey<Item>>>,
): Test<Item> {
  const asked = new Map<string, Test<Item>[]>();
  for (const text of texts) {
    const [key, test] = readFilter(text, keys);
    asked.set(key, [...(asked.get(key) ?? []), test]);
  }
  const tests = [...asked].map(
    ([key, alternatives]): Test<Item> =>
      keys[key]?.all
        ? (item) => alternatives.every((test) => test(item))
        : (item) => alternatives.some((test) => test(item)),
  );
  return (item) => tests.every((test) => test(item));
}

function readFilter<Item>(text: string, keys: Readonly<Record<string, FilterKey<Item>>>): [string, Test<Item>] {
  const known = Object.keys(keys);
  const hint = `Filters are KEY=VALUE with one of the keys ${known.join(', ')}.`;
  const equals = text.indexOf('=');
  if (equals < 0) {
    throw newError('EBADOPTION', { option: 'filter', value: text, reason: 'it is not KEY=VALUE' }, { hint });
  }
  const key = text.slice(0, equals);
  const entry = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (!entry) {
    const meant = nearest(key, known);
    const reason = `there is no such key${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
    throw newError('EBADOPTION', { option: 'filter', value: text, reason }, { hint });
  }
  return [key, entry.test(text.slice(equals + 1))];
}
