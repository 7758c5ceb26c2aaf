import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Mode, parseMode } from '../../../src/address/index.js';

describe('parseMode', () => {
  test.each<[string, Mode]>([
    ['bridge', { kind: 'bridge' }],
    ['default', { kind: 'bridge' }],
    ['host', { kind: 'host' }],
    ['none', { kind: 'none' }],
    ['container:web', { kind: 'container', sandbox: { text: 'web', name: 'web' } }],
    ['container:3f', { kind: 'container', sandbox: { text: '3f', name: '3f', idPrefix: '3f' } }],
    ['container:host', { kind: 'container', sandbox: { text: 'host', name: 'host' } }],
    ['container', { kind: 'network', network: { text: 'container', name: 'container' } }],
    ['backend_1', { kind: 'network', network: { text: 'backend_1', name: 'backend_1' } }],
    ['Host', { kind: 'network', network: { text: 'Host', name: 'Host' } }],
  ])('%s', (text, mode) => {
    expect(parseMode(text)).toEqual(mode);
  });

  test.each([
    ['', 'EBADMODE'],
    ['a b', 'EBADMODE'],
    ['Container:web', 'EBADMODE'],
    ['ns:/run/netns/web', 'EBADMODE'],
    ['host ', 'EBADMODE'],
    ['container:', 'EBADNAME'],
    ['container:a/b', 'EBADNAME'],
    ['container:container:web', 'EBADNAME'],
  ])('refuses %j', (text, code) => {
    expect(() => parseMode(text)).toThrow(expect.objectContaining({ code }));
  });

  test.each([undefined, 7, ['host'], {}])('refuses %j from JavaScript', (value) => {
    expect(() => parseMode(value as unknown as string)).toThrow(expect.objectContaining({ code: 'EBADMODE' }));
  });

  test('the kind tells what else there is', () => {
    const mode = parseMode('container:web');
    expectTypeOf(mode.kind).toEqualTypeOf<'bridge' | 'host' | 'none' | 'container' | 'network'>();
    expect(mode.kind === 'container' && mode.sandbox.name).toBe('web');
  });
});
