import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { parseResolvConf, type ResolvConf } from './resolv-conf.js';

/** Where the host's own settings are. */
export interface HostFiles {
  readonly resolvConf: string;
  /** That of systemd-resolved which names the servers that it asks itself. */
  readonly resolved: string;
  readonly hosts: string;
}

/** What the host's own files say, which sandboxes are told unless they have something else. */
export interface Surroundings {
  readonly hostname: string;
  /** The text of its hosts file; empty if it has none. */
  readonly hosts: string;
  /** The text of its resolv.conf, and what it says. */
  readonly resolvText: string;
  readonly resolvConf: ResolvConf;
  /** What systemd-resolved asks, if it is there. */
  readonly resolved: ResolvConf;
}

/** Of a file of the host no more than this is read, in bytes. */
const longest = 64 * 1024;

/** Reads the host's files. One that is not there, or cannot be read, says nothing. */
export function readSurroundings(files: HostFiles): Surroundings {
  const resolvText = textOf(files.resolvConf);
  return {
    hostname: hostname(),
    hosts: textOf(files.hosts),
    resolvText,
    resolvConf: parseResolvConf(resolvText),
    resolved: parseResolvConf(textOf(files.resolved)),
  };
}

function textOf(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    return text.slice(0, longest);
  } catch {
    return '';
  }
}
