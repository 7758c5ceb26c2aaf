import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Tool } from '../../src/firewall/iptables/restore.js';

/** Runs programs in a namespace by means of another program. */
export function toolIn({ path }: { readonly path: string }): Tool {
  return ({ candidates, arguments: args, input }) =>
    new Promise((resolve, reject) => {
      const program = candidates.find((candidate) => existsSync(candidate));
      if (program === undefined) {
        reject(Object.assign(new Error('no such program'), { code: 'ENOENT' }));
        return;
      }
      const child = spawn('nsenter', [`--net=${path}`, '--', program, ...args]);
      const said = { output: '', errors: '' };
      child.stdout.on('data', (data) => {
        said.output += data;
      });
      child.stderr.on('data', (data) => {
        said.errors += data;
      });
      child.on('error', reject);
      child.on('close', (code, signal) =>
        resolve({ code, signal, output: said.output.slice(0, 2 ** 20), errors: said.errors }),
      );
      // A program that refuses its first lines does not read the rest.
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    });
}
