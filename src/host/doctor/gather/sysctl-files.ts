import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfiguredSysctl } from '../facts.js';
import { textOf } from './files.js';

/** Of files of one name that in the first directory counts (sysctl.d(5)). */
const directories = ['etc/sysctl.d', 'run/sysctl.d', 'usr/local/lib/sysctl.d', 'usr/lib/sysctl.d', 'lib/sysctl.d'];

/** The parameters that are looked for, and another name that one of them has. */
const wanted: Readonly<Record<string, string>> = {
  'ipv4/ip_forward': 'ipv4/ip_forward',
  'ipv4/conf/all/forwarding': 'ipv4/ip_forward',
  'ipv6/conf/all/forwarding': 'ipv6/conf/all/forwarding',
};

/** What files say that forwarding should be. `root`: the directory that they are below. */
export function gatherConfigured(root = '/'): Readonly<Record<string, ConfiguredSysctl>> {
  const found = filesBelow(root).flatMap((file) =>
    settingsIn(textOf(file) ?? '').map(([path, value]) => [path, { value, file }] as const),
  );
  // The last one has the last word.
  return Object.fromEntries(found);
}

/** In the order in which they are applied: by name, and sysctl.conf behind all others (sysctl(8), --system). */
function filesBelow(root: string): string[] {
  const byName = new Map<string, string>();
  for (const directory of directories.map((one) => join(root, one))) {
    for (const name of namesIn(directory).filter((one) => one.endsWith('.conf'))) {
      byName.set(name, byName.get(name) ?? join(directory, name));
    }
  }
  const sorted = [...byName].sort(([one], [other]) => (one < other ? -1 : 1));
  return [...sorted.map(([, file]) => file), join(root, 'etc/sysctl.conf')];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function settingsIn(text: string): [path: string, value: string][] {
  return text.split('\n').flatMap((line): [string, string][] => {
    const [, name = '', value = ''] = /^\s*-?\s*([\w./-]+)\s*=\s*(\S+)/.exec(line) ?? [];
    const path = wanted[pathOf(name)];
    return path === undefined ? [] : [[path, value]];
  });
}

/** `net.ipv4.ip_forward` and `net/ipv4/ip_forward` mean the same: whichever separator comes first is the one. */
function pathOf(name: string): string {
  const path = /^[^./]*\//.test(name) ? name : name.replaceAll('.', '/');
  return path.replace(/^net\//, '');
}
