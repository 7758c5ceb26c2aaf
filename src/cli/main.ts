#!/usr/bin/env node
// The bin. A question for the version is answered before anything else is loaded.
import { version } from './version.js';

const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${version()}\n`);
} else {
  const { execute } = await import('./program.js');
  process.exitCode = await execute(args);
}
