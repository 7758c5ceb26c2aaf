import { readFileSync, statSync } from 'node:fs';
import { parseResolvConf } from '../files/resolv-conf.js';

/** Milliseconds for which the host's file is taken to be as it was. */
const restingTime = 1000;

/** Where the host itself asks: as its options say, else as its resolv.conf does at the time. */
export class Upstream {
  readonly #given: readonly string[];
  readonly #path: string;
  #servers: readonly string[] = [];
  #looked = Number.NEGATIVE_INFINITY;
  #version = '';

  constructor(given: readonly string[] = [], path = '/etc/resolv.conf') {
    this.#given = given;
    this.#path = path;
  }

  /** Addresses, best first; none when nobody is known. */
  servers(): readonly string[] {
    if (this.#given.length > 0) {
      return this.#given;
    }
    const now = performance.now();
    if (now - this.#looked > restingTime) {
      this.#looked = now;
      this.#look();
    }
    return this.#servers;
  }

  /** What cannot be read (any more) names nobody. */
  #look(): void {
    const status = statSync(this.#path, { throwIfNoEntry: false, bigint: true });
    const version = status ? `${status.dev} ${status.ino} ${status.size} ${status.mtimeNs}` : '';
    if (version !== this.#version) {
      this.#version = version;
      this.#servers = readServers(this.#path);
    }
  }
}

function readServers(path: string): readonly string[] {
  try {
    return parseResolvConf(readFileSync(path, 'utf8')).servers;
  } catch {
    return [];
  }
}
