/** Writes to the records in a run directory, as told: see the cases below. */
import { join } from 'node:path';
import { Store, takeHostIndex } from '../../../src/store/index.js';

const [directory = '', task, argument = ''] = process.argv.slice(2);
const store = Store.open(directory, join(directory, 'state'));

switch (task) {
  case 'name':
    store.transaction(({ names }) => names.putSync(argument, 'id'));
    break;
  case 'count':
    process.stdout.write('ready\n');
    for (let i = 0; i < Number(argument); i++) {
      const index = store.transaction((tables) => takeHostIndex(tables));
      store.transaction(({ names }) => names.putSync(`${index}`, `${process.pid}`));
    }
    break;
  case 'die':
    store.transaction(({ names }) => {
      names.putSync(argument, 'id');
      process.kill(process.pid, 'SIGKILL');
      // The signal may take a moment; the transaction must not end before it.
      for (;;) {}
    });
    break;
}
await store.close();
