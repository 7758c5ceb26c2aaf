import { expect, test } from 'vitest';
import { formatFindings } from '../../../src/cli/format/doctor.js';
import { plain, type Style } from '../../../src/cli/format/style.js';
import type { Finding } from '../../../src/host/index.js';

const findings: readonly Finding[] = [
  {
    id: 'records',
    level: 'error',
    title: 'the records cannot be read',
    detail: 'They are damaged.',
    remedy: 'Move them.',
  },
  { id: 'proc', level: 'ok', title: '/proc is mounted', detail: 'Not shown.' },
  { id: 'ranges', level: 'warning', title: 'two of them', detail: '' },
  { id: 'ipv6', level: 'note', title: 'no IPv6', detail: 'Only IPv4.', remedy: 'Switch it on.' },
];

test('the worst comes last, then how many there are', () => {
  expect(formatFindings(findings, plain)).toBe(
    [
      'ok       /proc is mounted',
      'note     no IPv6',
      '         Only IPv4.',
      '         → Switch it on.',
      'warning  two of them',
      'error    the records cannot be read',
      '         They are damaged.',
      '         → Move them.',
      '1 error, 1 warning, 1 note',
      '',
    ].join('\n'),
  );
  expect(formatFindings([], plain)).toBe('0 errors, 0 warnings, 0 notes\n');
});

test('only the level is in colour', () => {
  const style: Style = { bold: (text) => `<${text}>`, dim: (text) => `(${text})`, red: (text) => `!${text}!` };
  const lines = formatFindings(findings, style).split('\n');
  expect(lines[0]).toBe('(ok       )/proc is mounted');
  expect(lines[1]).toBe('<note     >no IPv6');
  expect(lines[5]).toBe('!error    !the records cannot be read');
});

test('what comes from outside can neither move the cursor nor begin a line, and is not cut', () => {
  const title = `interface ${'x'.repeat(300)}\u001b[2J\nend`;
  const text = formatFindings([{ id: 'ranges', level: 'warning', title, detail: 'a\rb' }], plain);
  expect(text).toContain(`${'x'.repeat(300)}\\u001b[2J\\nend`);
  expect(text).toContain('a\\u000db');
});
