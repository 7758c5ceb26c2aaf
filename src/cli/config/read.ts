import { readFileSync } from 'node:fs';
import { codeOf, newError } from '../../errors/index.js';
import { contradiction } from '../../host/contradiction.js';
import type { HostOptions } from '../../host/index.js';
import { parseJson } from './json.js';
import { KeyReader } from './key-reader.js';
import { type Key, keys } from './keys.js';
import { membersOf } from './members.js';
import { Source } from './source.js';

/** Reads a configuration file. Throws EBADOPTION, which names file, line, column and key. */
export function readConfigFile(path: string): HostOptions {
  return parseConfig(path, readText(path));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = codeOf(cause);
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw newError('EBADOPTION', { option: 'config', value: path, reason }, { cause });
  }
}

/** The content of the file at `path`. Throws EBADOPTION. */
export function parseConfig(path: string, text: string): HostOptions {
  const source = new Source(path, text);
  const root = parseJson(source);
  if (root.type !== 'object') {
    throw source.problem(root.offset, 'it is not a JSON object');
  }
  const members = membersOf(source, root, [...keys.keys()]).map(({ name, value }) => {
    const key = keys.get(name) as Key;
    return { name, value, option: key.option, read: new KeyReader(source, name, key).read(value) };
  });
  const options: HostOptions = Object.fromEntries(members.map(({ option, read }) => [option, read]));
  const problem = contradiction(options);
  const culprit = members.find(({ option }) => option === problem?.option);
  if (problem && culprit) {
    throw source.problem(culprit.value.offset, `key "${culprit.name}": ${problem.reason}`);
  }
  return options;
}
