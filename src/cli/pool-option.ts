import { newError } from '../errors/index.js';
import type { HostOptions } from '../host/index.js';

type Pool = NonNullable<HostOptions['defaultAddressPools']>[number];

/**
 * Reads `base=10.10.0.0/16,size=24`, as Docker's --default-address-pool has it; either may come first. What they are is for
 * `readOptions` to judge. Throws EBADOPTION.
 */
export function parsePoolOption(text: string): Pool {
  const fields = text.split(',').map((field) => field.split('='));
  const values = new Map(fields.map(([name, ...value]) => [name, value.join('=')]));
  const base = values.get('base');
  const size = values.get('size');
  if (fields.length !== 2 || base === undefined || size === undefined || !/^\d{1,3}$/.test(size)) {
    throw newError('EBADOPTION', {
      option: 'default-address-pool',
      value: text,
      reason: 'it is not of the form base=10.10.0.0/16,size=24',
    });
  }
  return { base, size: Number(size) };
}
