/** Rivals that are programs are driven by the plainest driver there is: a shell script, one command after the other. */

import { execFileSync, spawnSync } from 'node:child_process';

/** Runs a script and returns the milliseconds it took. The first command that fails ends it and throws. */
export function timeScript(script: string): number {
  const started = performance.now();
  runScript(script);
  return performance.now() - started;
}

/** Runs a script; the first command that fails ends it and throws. Returns what it printed. */
export function runScript(script: string): string {
  return execFileSync('sh', ['-eu'], { input: script, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

/** What `pattern`'s first group finds in the output of a program; undefined when there is no such program or version. */
export function versionOf(pattern: RegExp, command: string, ...args: string[]): string | undefined {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return pattern.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[1];
}

/** The version of an installed Debian package, for programs that do not know their own. */
export function debianVersion(name: string): string | undefined {
  return versionOf(/^Status: .* installed\n(?:.*\n)*Version: (?:\d+:)?([^-+\s]+)/m, 'dpkg-query', '-s', name);
}
