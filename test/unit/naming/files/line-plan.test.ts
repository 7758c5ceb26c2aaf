import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LineWrite, linesOf, planCleaning, planLines } from '../../../../src/naming/files/line-plan.js';

/** Lines that share beginnings and ends, comments among them, of many lengths. */
const anyLine = fc
  .tuple(fc.constantFrom('', '#', 'a', 'b'), fc.string({ unit: fc.constantFrom(...'ab #.'), maxLength: 6 }))
  .map(([first, rest]) => `${first}${rest}`.trimEnd())
  .filter((line) => line !== '' && line !== '#');

const anyLines = fc.array(anyLine, { maxLength: 6 });

/** After a write that is done; the file never has a gap. */
function done(file: string, { offset, text }: LineWrite): string {
  expect(offset).toBeLessThanOrEqual(file.length);
  return file.slice(0, offset) + text + file.slice(offset + text.length);
}

/** What a reader may find while a write is under way: any of the bytes written over, and as many behind the end as there are. */
function halfDone(file: string, { offset, text }: LineWrite, isDone: readonly boolean[], added: number): string {
  const over = Math.min(text.length, file.length - offset);
  const mixed = [...text.slice(0, over)].map((byte, i) => (isDone[i % isDone.length] ? byte : file[offset + i]));
  const behind = over < text.length && over === 0 ? text.slice(0, added % (text.length + 1)) : text.slice(over);
  return file.slice(0, offset) + mixed.join('') + (over === 0 ? behind : file.slice(offset + over));
}

/** What programs make of a file: comments and blanks say nothing. */
function said(file: string): string[] {
  return linesOf(file).filter((line) => !line.startsWith('#'));
}

/** A file as several updates have left it, with lines of somebody else in between. */
const anyHistory = fc.array(fc.record({ wanted: anyLines, foreign: fc.option(anyLine, { nil: undefined }) }), {
  minLength: 2,
  maxLength: 5,
});

describe('a file that is changed line by line', () => {
  test('says what is wanted in the end, in this order, and what others have added', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        let file = '';
        let own: { lines: readonly string[]; spent: readonly string[] } = { lines: [], spent: [] };
        const foreign: string[] = [];
        for (const { wanted, foreign: added } of history) {
          const { writes, spent } = planLines(file, wanted, own);
          file = writes.reduce(done, file);
          own = { lines: wanted, spent };
          const ours = [...wanted];
          const others = said(file).filter((line) => {
            const at = ours.indexOf(line);
            return at < 0 || ours.splice(at, 1).length === 0;
          });
          expect(ours.filter((line) => !line.startsWith('#'))).toEqual([]);
          expect(others.toSorted()).toEqual(foreign.toSorted());
          // Of somebody else's there is never one that could be ours.
          if (added !== undefined) {
            foreign.push(`z${added}`);
            file += `z${added}\n`;
          }
        }
      }),
    );
  });

  test('has its lines in the order wanted', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        let file = '';
        let own: { lines: readonly string[]; spent: readonly string[] } = { lines: [], spent: [] };
        for (const { wanted } of history) {
          const { writes, spent } = planLines(file, wanted, own);
          file = writes.reduce(done, file);
          own = { lines: wanted, spent };
          expect(said(file)).toEqual(wanted.filter((line) => !line.startsWith('#')));
        }
      }),
    );
  });

  test('has nothing but whole lines for who reads it meanwhile, and never fewer than before or than wanted', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
        fc.nat({ max: 100 }),
        (history, isDone, added) => {
          let file = '';
          let own: { lines: readonly string[]; spent: readonly string[] } = { lines: [], spent: [] };
          for (const { wanted } of history) {
            const before = said(file);
            const whole = new Set([...before, ...wanted]);
            const { writes, spent } = planLines(file, wanted, own);
            for (const write of writes) {
              const seen = said(halfDone(file, write, isDone, added));
              expect(seen.filter((line) => !whole.has(line))).toEqual([]);
              const isThere = (line: string) => line.startsWith('#') || seen.includes(line);
              expect(before.every(isThere) || wanted.every(isThere)).toBe(true);
              file = done(file, write);
            }
            own = { lines: wanted, spent };
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('has whole lines for who reads it byte by byte, while one plan is carried out', () => {
    fc.assert(
      fc.property(anyHistory, fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 10 }), (history, moments) => {
        let file = '';
        let own: { lines: readonly string[]; spent: readonly string[] } = { lines: [], spent: [] };
        for (const { wanted } of history) {
          const whole = new Set([...said(file), ...wanted]);
          const { writes, spent } = planLines(file, wanted, own);
          const states = [file];
          for (const write of writes) {
            states.push(done(states.at(-1) ?? '', write));
          }
          // After each of these bytes the next write is done.
          const turns = moments.map((_, i) => moments.slice(0, i + 1).reduce((sum, moment) => sum + moment, 0));
          let read = '';
          for (let at = 0; ; at++) {
            const state = states[Math.min(turns.filter((turn) => turn <= at).length, states.length - 1)] ?? '';
            if (at >= state.length) {
              break;
            }
            read += state[at];
          }
          expect(said(read).filter((line) => !whole.has(line))).toEqual([]);
          file = states.at(-1) ?? '';
          own = { lines: wanted, spent };
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('is left by a kill in a state from which the next plan comes to what is wanted', () => {
    fc.assert(
      fc.property(anyLines, anyLines, anyLines, fc.nat({ max: 30 }), (first, second, third, survived) => {
        const file = first.map((line) => `${line}\n`).join('');
        const { writes } = planLines(file, second, { lines: first, spent: [] });
        const killed = writes.slice(0, survived).reduce(done, file);
        const all = [...first, ...second];
        const own = { lines: all, spent: all.map((line) => `#${line.slice(1)}`) };
        const repaired = planLines(killed, third, own).writes.reduce(done, killed);
        expect(said(repaired)).toEqual(third.filter((line) => !line.startsWith('#')));
      }),
    );
  });

  test('does not grow without end', () => {
    const texts = [
      ['nameserver 10.0.0.1', 'search one.example', 'options ndots:0'],
      ['nameserver 192.168.100.100', 'nameserver 10.0.0.2', 'search two.example'],
      ['nameserver 172.17.0.1', 'options ndots:0 edns0'],
    ];
    let file = '';
    let own: { lines: readonly string[]; spent: readonly string[] } = { lines: [], spent: [] };
    const sizes = Array.from({ length: 60 }, (_, i) => {
      const wanted = texts[i % texts.length] ?? [];
      const { writes, spent } = planLines(file, wanted, own);
      file = writes.reduce(done, file);
      own = { lines: wanted, spent };
      return file.length;
    });
    expect(sizes.at(-1)).toBe(sizes[15]);
    expect(sizes.at(-1)).toBeLessThan(500);
  });

  test('is cleared of what is left of lines, and of nothing else', () => {
    fc.assert(
      fc.property(
        anyLines,
        anyLines,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
        (first, second, isDone) => {
          const before = first.map((line) => `${line}\n`).join('');
          const { writes, spent } = planLines(before, second, { lines: first, spent: [] });
          const file = writes.reduce(done, before);
          const cleaning = planCleaning(file, { lines: second, spent });
          for (const write of cleaning) {
            expect(said(halfDone(file, write, isDone, 0))).toEqual(said(file));
          }
          const cleaned = cleaning.reduce(done, file);
          expect(said(cleaned)).toEqual(said(file));
          // One that looks like a comment that is wanted may stay.
          expect(new Set(linesOf(cleaned))).toEqual(new Set(second));
        },
      ),
    );
  });

  test('writes nothing when nothing changes', () => {
    expect(planLines('a\nb\n', ['a', 'b'], { lines: ['a', 'b'], spent: [] })).toEqual({ writes: [], spent: [] });
  });
});
