import { newError } from '../errors/index.js';
import { parseReference, type Reference, readReference } from './reference.js';

/** The value of `--net`. `container` shares a sandbox's namespace, `network` joins a network other than the default one. */
export type Mode =
  | { readonly kind: 'bridge' }
  | { readonly kind: 'host' }
  | { readonly kind: 'none' }
  | { readonly kind: 'container'; readonly sandbox: Reference }
  | { readonly kind: 'network'; readonly network: Reference };

const container = 'container:';

/**
 * Reads the value of `--net`; `default` is `bridge`. Whether the sandbox or network exists is not looked at. Throws
 * EBADMODE, and EBADNAME for what follows `container:`.
 */
export function parseMode(text: string): Mode {
  switch (text) {
    case 'bridge':
    case 'default':
      return { kind: 'bridge' };
    case 'host':
      return { kind: 'host' };
    case 'none':
      return { kind: 'none' };
  }
  if (typeof text === 'string' && text.startsWith(container)) {
    return { kind: 'container', sandbox: parseReference(text.slice(container.length), 'sandbox') };
  }
  const network = readReference(text);
  if (network === undefined) {
    throw newError('EBADMODE', { value: text });
  }
  return { kind: 'network', network };
}
