import type { Backend, BackendContext } from '../backend.js';
import type { Change } from '../change.js';
import { modelOf } from '../facts.js';
import { withFirewallLock } from '../lock.js';
import { firewallNames } from '../names.js';
import { NftablesBackend } from '../nftables/backend.js';
import { applyIptables, isIptablesIntact } from './apply.js';
import { type IptablesTexts, renderIptables } from './render.js';
import type { Tool } from './restore.js';

/**
 * Rules in chains of ours, all of them written anew at each change: iptables has no sets, and to look for one rule among many
 * takes it as long. What frames are allowed is for nftables here too: iptables does not see them.
 */
export class IptablesBackend implements Backend {
  readonly #context: BackendContext;
  readonly #tool: Tool;
  readonly #frames: NftablesBackend;
  #underWay: Promise<unknown> = Promise.resolve();
  /** Begins when what is under way ends: it has all that is on record by then. */
  #next: Promise<void> | undefined;

  constructor(context: BackendContext) {
    this.#context = context;
    this.#tool = (call) => context.connection.runTool(call);
    this.#frames = new NftablesBackend(context, ['bridge']);
  }

  async change(change: Change): Promise<void> {
    await this.#frames.change(change);
    this.#next ??= this.#underWay.then(() => {
      this.#next = undefined;
      const applied = this.#locked((texts) => applyIptables(this.#tool, texts));
      this.#underWay = applied.catch(() => undefined);
      return applied;
    });
    await this.#next;
  }

  async restore(): Promise<boolean> {
    const isMended = await this.#locked(async (texts) => {
      const isIntact = await isIptablesIntact(this.#tool, texts);
      if (!isIntact) {
        await applyIptables(this.#tool, texts);
      }
      return !isIntact;
    });
    return (await this.#frames.restore()) || isMended;
  }

  async isInForce(): Promise<boolean> {
    const isIntact = await this.#locked((texts) => isIptablesIntact(this.#tool, texts));
    return isIntact && this.#frames.isInForce();
  }

  /** Nobody tells what is in tables that others have rules in, too. */
  async restoreChanged(): Promise<boolean> {
    this.doubt();
    return this.restore();
  }

  doubt(): void {
    this.#frames.doubt();
  }

  /** With texts that are made under the lock: an older one never replaces a newer one. */
  #locked<Result>(work: (texts: IptablesTexts) => Promise<Result>): Promise<Result> {
    const { store } = this.#context;
    return withFirewallLock(store.directory, () =>
      work(renderIptables(store.read(modelOf), firewallNames(store.directory))),
    );
  }
}
