import { expect, test } from 'vitest';
import { readEventTypes } from '../../../../src/host/index.js';

test('what is no type of event is refused, whatever it is', () => {
  for (const type of ['links', '', 7, null, { toString: false }, Symbol('link')]) {
    expect(() => readEventTypes(['link', type as string])).toThrow(expect.objectContaining({ code: 'EBADOPTION' }));
  }
  expect(() => readEventTypes(['rout'])).toThrow('did you mean "route"?');
});
