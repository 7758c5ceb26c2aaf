/**
 * A program of its own that keeps a sandbox's files up to date. Arguments: the run directory, the host's resolv.conf, an id. For
 * each line on its standard input it gives the sandbox on record that address, refreshes its files, and prints the line.
 */
import { createInterface } from 'node:readline';
import { NameFiles } from '../../../src/naming/files/name-files.js';
import { Store } from '../../../src/store/index.js';

const [runDir = '', resolvConf = '', id = ''] = process.argv.slice(2);
const store = Store.open(runDir, runDir);
const files = new NameFiles({ store, defaults: {}, resolvConf, resolved: '/nowhere' });

for await (const address of createInterface({ input: process.stdin })) {
  const record = store.transaction((tables) => {
    const found = tables.sandboxes.get(id);
    const [endpoint] = found?.endpoints ?? [];
    if (!found || !endpoint) {
      throw new Error('no such sandbox');
    }
    const changed = { ...found, endpoints: [{ ...endpoint, address }] };
    tables.sandboxes.putSync(id, changed);
    return changed;
  });
  await files.refresh([record]);
  await files.refreshAll();
  process.stdout.write(`${address}\n`);
}
await files.close();
await store.close();
