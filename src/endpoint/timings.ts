/**
 * How long the steps of an attach took, and how a sandbox's record keeps it: `Q3cS1zN5k…`, for each step a letter and
 * its whole microseconds in base 36. That is 35 to 45 bytes of a record, key included, and at most 60 unless steps take
 * longer than 46 ms each. Every process can read it; nothing is computed from it.
 */

/** Microseconds by step, in the order of the steps. */
export type Microseconds = Readonly<Record<string, number>>;

/** A step's letter never becomes another step's: records of an older netplumb are read. */
const letters = new Map(
  Object.entries({
    queue: 'Q',
    state: 'S',
    names: 'F',
    rules: 'R',
    namespace: 'N',
    identity: 'I',
    link: 'L',
    mark: 'M',
    made: 'E',
    address: 'A',
    port: 'P',
    route: 'T',
    ready: 'Y',
  }),
);

const nameOf = new Map([...letters].map(([name, letter]) => [letter, name]));

/** Of any other step the name itself, in parentheses. */
const packed = /(?:([A-Z])|\(([^()]+)\))([0-9a-z]+)/g;

/** Steps as a record keeps them: without fractions of microseconds. */
export function packTimes(times: Microseconds): string {
  let text = '';
  for (const [name, time] of Object.entries(times)) {
    text += (letters.get(name) ?? `(${name.replace(/[()]/g, '_')})`) + Math.max(0, Math.round(time)).toString(36);
  }
  return text;
}

/** What `packTimes` has packed. Steps that only a newer netplumb knows are left out. */
export function unpackTimes(text: string): Microseconds {
  const times: Record<string, number> = {};
  for (const [, letter, spelled, digits = ''] of text.matchAll(packed)) {
    const name = letter === undefined ? spelled : nameOf.get(letter);
    if (name !== undefined) {
      times[name] = Number.parseInt(digits, 36);
    }
  }
  return times;
}
