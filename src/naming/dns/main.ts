import { closeSync, fstatSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rejectionToError } from '../../netlink/failure.js';
import { native } from '../../netlink/native.js';
import { Store } from '../../store/index.js';
import { lockName, type StartReport } from './control.js';
import { NameServer } from './server.js';
import { Upstream } from './server-upstream.js';
import { lockDescriptor, reportDescriptor } from './service-start.js';

// The name server of one host, which is not for people to call: service-start.ts does, with the lock of the run directory taken and
// open as one descriptor, and a pipe as another, over which it hears once that the server can be spoken to, or why it cannot be.

const { values } = parseArgs({
  options: {
    'run-dir': { type: 'string', default: '' },
    'state-dir': { type: 'string', default: '' },
    netns: { type: 'string', default: '' },
    dns: { type: 'string', multiple: true },
    /** Descriptors that were inherited and are none of ours. */
    close: { type: 'string', multiple: true, default: [] },
  },
});

/** What `ps` and messages about port 53 call it. */
process.title = 'netplumb-names';
process.umask(0o077);

let isStarting = true;

function report(message: StartReport): void {
  if (isStarting) {
    isStarting = false;
    try {
      writeSync(reportDescriptor, JSON.stringify(message));
    } catch {
      // Whoever has started it has ended meanwhile. Others need it.
    }
    closeSync(reportDescriptor);
  }
}

process.on('uncaughtException', (error) => {
  report({ isReady: false, reason: (rejectionToError(error) as Error).message });
  process.exit(1);
});

for (const descriptor of values.close) {
  closeSync(Number(descriptor));
}
native().enterNetns({ path: values.netns });
const store = Store.open(values['run-dir'], values['state-dir']);
const upstream = new Upstream(values.dns);
const server = await NameServer.start({
  store,
  servers: () => upstream.servers(),
  isTheOne: () => {
    const file = statSync(join(store.directory, lockName), { throwIfNoEntry: false });
    return file?.ino === fstatSync(lockDescriptor).ino;
  },
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => server.stop());
}
report({ isReady: true });

const ending = await server.ended;
await store.close();
process.exit(ending.kind === 'failed' ? 1 : 0);
