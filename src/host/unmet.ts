import { newError } from '../errors/index.js';
import type { HostOptions } from './options.js';

/** An option of which only one value is what this version does. */
interface Unmet {
  readonly does: boolean | string;
  /** What other values ask for. */
  readonly lacks: string;
}

const noNames = 'this version gives sandboxes no resolv.conf of their own';

const unmet: { readonly [Name in keyof HostOptions]?: Unmet } = {
  dns: { does: '[]', lacks: noNames },
  dnsSearch: { does: '[]', lacks: noNames },
  dnsOptions: { does: '[]', lacks: noNames },
};

/**
 * Refuses a value, which has been read, that asks for what this version cannot do: whoever sets it, to be protected, say, would
 * rely on it. Throws EBADOPTION.
 */
export function refuseUnmet(name: keyof HostOptions, value: unknown, called: string): void {
  const option = unmet[name];
  const asked = Array.isArray(value) ? `[${value.join(', ')}]` : value;
  if (option && asked !== option.does) {
    const hint = `Leave it out, or set it to ${option.does}: that is what this version does.`;
    throw newError('EBADOPTION', { option: called, value: asked as string, reason: option.lacks }, { hint });
  }
}
