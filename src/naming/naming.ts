import type { Store } from '../store/index.js';
import { networksInUse } from './dns/lifecycle.js';
import { NameService } from './dns/service.js';
import { NameFiles } from './files/name-files.js';
import type { NamingDefaults } from './files/texts.js';

export interface NamingOptions {
  readonly store: Store;
  readonly stateDir: string;
  /** File of the host's network namespace. */
  readonly netns: string;
  /** What sandboxes are given that ask for nothing else. */
  readonly defaults: NamingDefaults;
}

/** By what the sandboxes of one host find each other and the world: the files of each, and a name server for all. */
export class Naming {
  readonly files: NameFiles;
  readonly service: NameService;
  readonly #store: Store;

  constructor({ store, stateDir, netns, defaults }: NamingOptions) {
    this.#store = store;
    this.files = new NameFiles({ store, defaults });
    this.service = new NameService({ store, stateDir, netns, defaults });
  }

  /**
   * What somebody has taken away comes back, what belongs to nobody goes: files, and the server where there are sandboxes that need
   * one. Returns whether files had to be written or removed. Throws the kernel's refusals, ENAMESERVER.
   */
  async restore(): Promise<boolean> {
    const swept = await this.files.sweep();
    const mended = await this.files.refreshAll();
    await this.service.ensure(this.#store.read(networksInUse));
    return swept + mended > 0;
  }

  /** Lets go of both; files stay, and the server as long as it is needed. Can be repeated. */
  async close(): Promise<void> {
    await Promise.all([this.files.close(), this.service.close()]);
  }
}
