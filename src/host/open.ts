import { statSync } from 'node:fs';
import { type EndpointContext, Foreground, Removals, Turns } from '../endpoint/index.js';
import { attemptAsync } from '../errors/index.js';
import { Firewall, localPorts } from '../firewall/index.js';
import { Naming } from '../naming/index.js';
import { Connection } from '../netlink/index.js';
import { Networks } from '../network/index.js';
import { newOwner, Store } from '../store/index.js';
import type { Subject } from './doctor/index.js';
import { type HostOptions, readOptions } from './options.js';
import { rebuildRecords } from './rebuild/rebuild.js';

/** A host as it is opened, to be closed by who has it. */
export interface Opened {
  readonly subject: Subject;
  readonly context: EndpointContext;
  /** What could not be taken over. */
  readonly problems: readonly Error[];
}

/**
 * Opens a host's namespace and its records, and takes over what there is: networks of earlier boots, what lives and is not on record,
 * the name server that somebody relies on. Throws as `openHost` does; nothing stays open then.
 */
export async function open(options: HostOptions): Promise<Opened> {
  const { runDir, stateDir, netns, firewall: backend, ipForward, ...defaults } = readOptions(options, process.env);
  const connection = await Connection.open({ path: netns }, { isUrgent: true });
  try {
    const store = Store.open(runDir, stateDir);
    try {
      const firewall = new Firewall({ connection, store }, { backend, ipForward });
      const driving = { connection, directory: store.directory };
      const networks = new Networks(driving, store, { ...defaults, firewall: backend }, firewall);
      const range = await localPorts(connection);
      const publishing = { firewall, address: defaults.ip, range, hasPublished: false };
      const naming = new Naming({ store, stateDir, netns, defaults });
      const foreground = new Foreground();
      const removals = new Removals({ foreground, store }, () => connection.twin());
      const turns = new Turns();
      const own = { netns: statSync(netns), owner: newOwner(), turns, working: new Set<string>() };
      const context = { connection, foreground, removals, store, networks, firewall, publishing, naming, ...own };
      const restored = networks.restore();
      const { problems } = await rebuildRecords(context, { defaults });
      const unserved = await attemptAsync(() => naming.service.revive());
      const subject = { netns, runDir, stateDir, firewall: backend, ipForward };
      return { subject, context, problems: [...restored, ...problems, ...(unserved ? [unserved] : [])] };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await connection.close();
    throw error;
  }
}
