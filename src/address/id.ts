import { randomUUID } from 'node:crypto';

/** Characters of an id that are shown where the whole of it would be too much. */
const shortLength = 12;

/**
 * A new random id: 64 hexadecimal characters. Its short form is never a number alone, which as a host name would be taken
 * for an address (Docker's rule, moby/moby#3869).
 *
 * Made of UUIDs because Node draws the kernel's random numbers for many of those at once: a system call each would be a tenth of
 * what an endpoint costs the main thread.
 */
export function newId(): string {
  let id: string;
  do {
    id = `${randomUUID()}${randomUUID()}`.replaceAll('-', '');
  } while (/^\d+$/.test(shortId(id)));
  return id;
}

/** The first 12 characters of an id. */
export function shortId(id: string): string {
  return id.slice(0, shortLength);
}
