import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../lib/apart.js';
import type { PrintedReport } from '../lib/report.js';

/**
 * Runs benchmarks/NAME.ts in a process of its own and returns what it reports. Throws with what it said on stderr; on a terminal, where
 * it may show how far it is, that has been seen already.
 */
export function runBenchmark(name: string, args: readonly string[]): Promise<PrintedReport> {
  const module = join(root, 'benchmarks', `${name}.ts`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, module, '--json', ...args], {
      stdio: ['ignore', 'pipe', process.stderr.isTTY ? 'inherit' : 'pipe'],
    });
    let output = '';
    let complaint = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) {
        resolve(JSON.parse(output) as PrintedReport);
      } else {
        reject(new Error(`${signal ?? `status ${status}`}: ${complaint.trim()}`));
      }
    });
  });
}
