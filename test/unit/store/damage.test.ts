import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/store.js';

const child = fileURLToPath(new URL('damage-child.ts', import.meta.url));

/** Lets a process damage its records in that way; what it has found, and what it was at in the end. */
async function damage(kind: string) {
  const program = spawn(process.execPath, ['--import', 'tsx', child, join(temporaryDirectory(), 'run'), kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [status, signal]] = await Promise.all([text(program.stdout), once(program, 'exit')]);
  const lines = output.trimEnd().split('\n');
  expect({ status, signal, last: status === 0 ? '' : lines.at(-1) }).toEqual({ status: 0, signal: null, last: '' });
  return JSON.parse(lines.at(-1) ?? '') as { damages: number; asides: number; intact: number };
}

describe('a file of records that is', () => {
  test('cut at any 512th byte ends no process, and is either whole or set aside', { timeout: 120_000 }, async () => {
    const { damages, asides } = await damage('cut');
    expect(damages).toBeGreaterThan(400);
    // All of it is in use, but for pages at the end that were freed.
    expect(asides).toBeGreaterThan(0.8 * damages);
  });

  test.each(['noise', 'zeros'])(
    'overwritten with %s, all of it or any 512 bytes, likewise',
    { timeout: 120_000 },
    async (kind) => {
      const { damages, asides, intact } = await damage(kind);
      expect(damages).toBeGreaterThan(400);
      expect(asides).toBeGreaterThan(0.3 * damages);
      expect(intact).toBeGreaterThan(0);
    },
  );

  test('overwritten with some random bytes anywhere, likewise', { timeout: 120_000 }, async () => {
    const { damages, asides, intact } = await damage('bytes');
    expect(damages).toBe(1000);
    expect(asides).toBeGreaterThan(300);
    expect(intact).toBeGreaterThan(0);
  });
});
