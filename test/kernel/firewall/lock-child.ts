// Holds the lock of the directory that it is given until it is killed; says so when it has it.
import { setTimeout } from 'node:timers/promises';
import { withFirewallLock } from '../../../src/firewall/lock.js';

await withFirewallLock(process.argv[2] ?? '', async () => {
  process.stdout.write('taken\n');
  await setTimeout(60_000);
});
