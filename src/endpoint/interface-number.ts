import type { EndpointRecord } from '../store/index.js';

/** The lowest number that none of its interfaces has. */
export function freeNumber(endpoints: readonly EndpointRecord[], prefix: string): number {
  const names = new Set(endpoints.map((endpoint) => endpoint.interface));
  let number = 0;
  while (names.has(`${prefix}${number}`)) {
    number++;
  }
  return number;
}
