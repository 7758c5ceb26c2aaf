import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Lab, test } from './lab.js';

const program = fileURLToPath(new URL('many-sequence.mjs', import.meta.url));
const count = 60;

test('no attach or detach makes hidden classes of its own: V8 notes none of which there are as many', ({ lab }) => {
  const places = new Map<string, number>();
  for (const line of transitionsOf(lab)) {
    // map,Transition,TIME,FROM,TO,PC,LINE,COLUMN,REASON,PROPERTY (Logger::MapEvent in src/logging/log.cc of V8).
    const [row, column, , property] = line.split(',').slice(6);
    const place = `${property} at ${row}:${column}`;
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  expect(places.size).toBeGreaterThan(count);
  expect([...places].filter(([, times]) => times >= count / 2)).toEqual([]);
});

/** What V8 logs of new hidden classes, one for each member that a value was given, in a process that does all of many-sequence.mjs. */
function transitionsOf(lab: Lab): string[] {
  const log = join(lab.directory, 'v8.log');
  const flags = ['--log-maps', '--no-logfile-per-isolate', `--logfile=${log}`];
  const options = JSON.stringify({ netns: lab.netns.path, ...lab.directories() });
  const output = execFileSync(process.execPath, [...flags, program, options, String(count)], {
    encoding: 'utf8',
    input: 'go\n',
  });
  expect(output).toBe('ready\n[]');
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('map,Transition,'));
}
