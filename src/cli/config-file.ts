import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { type NetplumbError, nearest, newError } from '../errors/index.js';
import type { HostOptions } from '../host/index.js';

/** The keys of Docker's daemon.json that mean something here. */
const keys = {
  bridge: v.optional(v.string()),
  bip: v.optional(v.string()),
  mtu: v.optional(v.number()),
  'default-gateway': v.optional(v.string()),
};

const schema = v.strictObject(keys);

/** Reads a configuration file. Throws EBADOPTION, which names file and key. */
export function readConfigFile(path: string): HostOptions {
  const { 'default-gateway': defaultGateway, ...same } = parseConfig(path, readText(path));
  return { ...same, ...(defaultGateway !== undefined && { defaultGateway }) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw badConfig(path, code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`, cause);
  }
}

/** The content of the file at `path`. Throws EBADOPTION. */
export function parseConfig(path: string, text: string): v.InferOutput<typeof schema> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw badConfig(path, `it is not JSON: ${(cause as Error).message}`, cause);
  }
  if (Array.isArray(content)) {
    throw badConfig(path, 'it is not a JSON object');
  }
  const result = v.safeParse(schema, content);
  if (!result.success) {
    throw badConfig(path, problemOf(result.issues[0]));
  }
  return result.output;
}

function problemOf({ type, expected, received, path }: v.InferIssue<typeof schema>): string {
  const key = path?.[0]?.key;
  if (typeof key !== 'string') {
    return 'it is not a JSON object';
  }
  if (type === 'strict_object') {
    const meant = nearest(key, Object.keys(keys));
    return `it has an unknown key ${JSON.stringify(key)}${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
  }
  return `its key "${key}" must be a ${expected}, not ${received}`;
}

function badConfig(path: string, reason: string, cause?: unknown): NetplumbError {
  const hint = `A configuration file is a JSON object with any of the keys ${Object.keys(keys).join(', ')}.`;
  return newError('EBADOPTION', { option: 'config', value: path, reason }, { cause, hint });
}
