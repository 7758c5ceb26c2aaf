import { createHash } from 'node:crypto';
import type { ServiceWish } from '../endpoint/service.js';

/** Of entries without ports. */
export const plain = 'plain';

/**
 * What entries of one network that are alike have in common (PoolMark): 16 hexadecimal digits that tell the ports which they publish and
 * expose, in whatever order these were asked for. Pure.
 */
export function shapeOf({ publish, exposed }: Pick<ServiceWish, 'publish' | 'exposed'>): string {
  if (publish.length === 0 && exposed.length === 0) {
    return plain;
  }
  const published = publish.map(({ protocol, port, hostAddress, hostPorts }) =>
    [protocol, port, hostAddress ?? '', hostPorts ? `${hostPorts.first}-${hostPorts.last}` : ''].join(' '),
  );
  const served = exposed.map(({ protocol, port }) => [protocol, port].join(' '));
  const text = JSON.stringify([published.sort(), served.sort()]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What an entry serves, and what whoever takes it asks for beside that. Pure. */
export function together(one: ServiceWish, other: ServiceWish): Pick<ServiceWish, 'publish' | 'exposed'> {
  return { publish: [...one.publish, ...other.publish], exposed: [...one.exposed, ...other.exposed] };
}
