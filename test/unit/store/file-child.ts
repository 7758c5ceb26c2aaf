/** Opens the records of a run directory and does as told: see the cases below. */
import { setTimeout as pause } from 'node:timers/promises';
import { addSome, openRecords } from './some-records.js';

const [directory = '', task = '', argument = ''] = process.argv.slice(2);
if (task === 'wait') {
  // Until the parent says that all are there, so that they open at the same moment.
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
}
for (const until = Date.now() + Number(argument); task === 'open' && Date.now() < until; ) {
  await openRecords(directory).close();
}
const records = openRecords(directory);
process.stdout.write(`${records.file.path}\n`);
switch (task) {
  case 'wait':
    records.transactions.run(() => records.tables.names?.putSync(argument, 'here'));
    break;
  case 'write':
    for (const until = Date.now() + Number(argument); Date.now() < until; ) {
      addSome(records, 20);
      await pause(1);
    }
    break;
  case 'count': {
    let counted = 0;
    for (const until = Date.now() + Number(argument); Date.now() < until; counted++) {
      records.transactions.run(() => {
        const count = records.tables.names?.get('count');
        records.tables.names?.putSync('count', typeof count === 'number' ? count + 1 : 1);
      });
    }
    process.stdout.write(`${counted}\n`);
    break;
  }
  case 'die':
    process.kill(process.pid, 'SIGKILL');
    await pause(10_000);
}
await records.close();
process.exit();
