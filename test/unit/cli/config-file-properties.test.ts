import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keys } from '../../../src/cli/config/keys.js';
import { parseConfig } from '../../../src/cli/config/read.js';
import { NetplumbError } from '../../../src/errors/index.js';
import { readOptions } from '../../../src/host/options.js';

const path = '/etc/netplumb.json';

describe('whatever a configuration has', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom('10.0.0.1/24', '10.0.0.0/8', '10.0.0.1', 'fd00::/64', 'fd00::1', 'br0', 'none', 'nftables', '.'),
  );
  const pool = fc.record(
    { base: texts, size: fc.oneof(fc.integer({ max: 130 }), fc.anything()) },
    { requiredKeys: [] },
  );
  const values = fc.oneof(fc.jsonValue(), texts, fc.integer(), fc.boolean(), fc.array(texts), fc.array(pool));
  const known = fc.constantFrom(...keys.keys(), 'default-address-pools');

  /** Accepted, and then good for a host too; or refused with a place in the text. */
  function expectReadOrRefused(text: string): void {
    try {
      readOptions(parseConfig(path, text), {});
    } catch (error) {
      expect(error).toBeInstanceOf(NetplumbError);
      const { code, message, object = '' } = error as NetplumbError;
      expect(code).toBe('EBADOPTION');
      const [line = 0, column = 0] = object
        .slice(path.length + 1)
        .split(':')
        .map(Number);
      expect(message).toContain(`line ${line}, column ${column}: `);
      const lines = text.split('\n');
      expect(line).toBeGreaterThan(0);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThanOrEqual([...(lines[line - 1] ?? '')].length + 1);
    }
  }

  test('any value in any key is read, or refused at its place', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(known, fc.string()), values, { maxKeys: 4 }), fc.nat(2), (content, indent) => {
        expectReadOrRefused(JSON.stringify(content, null, indent) ?? '');
      }),
      { numRuns: 1000 },
    );
  });

  test('a value alone in its key is refused in its line', () => {
    fc.assert(
      fc.property(known, values, (key, value) => {
        const text = `{\n"${key}":\n${JSON.stringify(value) ?? 'null'}\n}`;
        expectReadOrRefused(text);
        try {
          parseConfig(path, text);
        } catch (error) {
          expect((error as NetplumbError).object).toMatch(/:3:\d+$/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('any text is refused or accepted as JSON just as JSON.parse has it', () => {
    const signs = fc.constantFrom(...'{}[]:,"\\/*-+.01eEtruefalsn \t\n\r\u0001\u00a0\ufeff');
    const damaged = fc.tuple(fc.json(), fc.nat(), signs, fc.nat(2)).map(([text, place, sign, length]) => {
      const i = place % (text.length + 1);
      return text.slice(0, i) + sign + text.slice(i + length);
    });
    fc.assert(
      fc.property(
        fc.oneof(
          damaged,
          fc.json(),
          fc.array(signs).map((all) => all.join('')),
        ),
        (text) => {
          expectReadOrRefused(text);
          expect(isRefusedAsJson(text)).toBe(!isParsed(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  function isRefusedAsJson(text: string): boolean {
    try {
      parseConfig(path, text);
      return false;
    } catch (error) {
      return (error as NetplumbError).message.includes(': it is not JSON: ');
    }
  }

  function isParsed(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
});
