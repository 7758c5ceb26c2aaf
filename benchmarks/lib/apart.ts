/** Every trial runs in a process of its own, in namespaces of its own, so that none inherits another's host or heap. */

import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs a program in throw-away network and mount namespaces with an empty /run (scripts/throwaway) and returns what it
 * printed. Throws, with what it said on stderr, when it fails.
 */
export function runApart(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // Bound to us: a name server that outlives its trial would keep all of that one's namespaces.
    const child = spawn(`${root}scripts/throwaway`, ['--bound', command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) {
        resolve(output);
      } else {
        reject(new Error(`${command} ${args.join(' ')}: ${signal ?? `status ${status}`}: ${complaint.trim()}`));
      }
    });
  });
}

/**
 * Runs a module of the benchmarks by `runApart` under the same Node options as this process (so also under tsx) and
 * returns the JSON document that it prints. `module` is relative to benchmarks/ and has no suffix.
 */
export async function runModuleApart<Result>(module: string, args: readonly string[]): Promise<Result> {
  compileLibrary();
  const suffix = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const path = fileURLToPath(new URL(`../${module}${suffix}`, import.meta.url));
  return JSON.parse(await runApart(process.execPath, [...process.execArgv, path, ...args])) as Result;
}

let isCompiled = false;

/** What is measured is what a program imports: the package's own dist/, brought up to date. */
function compileLibrary(): void {
  if (!isCompiled) {
    execFileSync(`${root}scripts/setup`, { stdio: ['ignore', 'ignore', 'inherit'] });
    isCompiled = true;
  }
}
