import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { privileges } from '../../../src/errors/capability.js';
import { catalog } from '../../../src/errors/catalog.js';
import { errnoName } from '../../../src/errors/errno.js';
import { kernelHints } from '../../../src/errors/kernel.js';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const [, ownPart = '', kernelPart = ''] = page.split(/^## .*$/m);

/** The cells of each table row that begins with a code. */
function rows(part: string): string[][] {
  return [...part.matchAll(/^\| `E\w+` \|.*\|$/gm)].map(([line]) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replaceAll('\\|', '|').replace(/^`(E\w+)`$/, '$1')),
  );
}

const documented = (template: string) => template.replaceAll(':text}', '}');

describe("netplumb's own codes", () => {
  const table = rows(ownPart);

  test('are those of the catalogue, each once', () => {
    expect(table.map(([code]) => code).sort()).toEqual(Object.keys(catalog).sort());
  });

  test.each(table)('%s has message, cause and remedy', (code, message, cause, remedy, ...more) => {
    const entry: { message: string; hint?: string } = catalog[code as keyof typeof catalog];
    expect(message).toBe(documented(entry.message));
    expect(cause).toMatch(/\w.*\.$/);
    expect(remedy).toMatch(/\w.*\.$/);
    if (entry.hint !== undefined) {
      expect(remedy).toBe(documented(entry.hint));
    }
    expect(more).toEqual([]);
  });
});

describe('codes of the kernel', () => {
  const table = rows(kernelPart);
  const codes = table.map(([code]) => code);
  const known = new Set(Array.from({ length: 600 }, (_, errno) => errnoName(errno)));

  test('include each that has a hint, each once', () => {
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(Object.keys(kernelHints).filter((code) => !codes.includes(code))).toEqual([]);
  });

  test.each(table)('%s is an errno with cause and remedy', (code = '', cause, remedy, ...more) => {
    expect(known).toContain(code);
    expect(cause).toMatch(/\w.*\.$/);
    expect(remedy).toMatch(/\w.*\.$/);
    if (kernelHints[code] !== undefined) {
      expect(remedy).toBe(kernelHints[code]);
    }
    expect(more).toEqual([]);
  });

  test.each(privileges)('the remedy for lack of the privilege $operation is there', ({ hint }) => {
    expect(kernelPart).toContain(` | ${hint} |`);
  });
});
