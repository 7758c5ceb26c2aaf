import { Command, CommanderError } from 'commander';
import { type Call, type CommandEntry, type CommandGroup, examples } from './command.js';
import { networkCommands } from './commands/network/index.js';
import { poolCommands } from './commands/pool/index.js';
import { exitStatusOf } from './exit-status.js';
import { addGlobalOptions } from './global-options.js';
import { Interruption } from './interruption.js';
import { Terminal } from './terminal.js';
import { usageError } from './usage-error.js';
import { version } from './version.js';

/** What there is; a module is loaded when its command is called. */
const commands = new Map<string, CommandEntry | CommandGroup>([
  ['run', { summary: 'run a command in a new sandbox', load: () => import('./commands/run.js') }],
  ['attach', { summary: 'join a network namespace to a network', load: () => import('./commands/attach.js') }],
  ['detach', { summary: 'remove sandboxes', load: () => import('./commands/detach.js') }],
  ['ls', { summary: 'list sandboxes', load: () => import('./commands/ls.js') }],
  ['inspect', { summary: 'show all that is known of sandboxes', load: () => import('./commands/inspect.js') }],
  ['port', { summary: 'show where ports of a sandbox are reached', load: () => import('./commands/port.js') }],
  ['publish', { summary: 'publish ports of a running sandbox', load: () => import('./commands/publish.js') }],
  ['unpublish', { summary: 'take published ports back', load: () => import('./commands/unpublish.js') }],
  ['network', networkCommands],
  ['pool', poolCommands],
  ['link', { summary: 'link two sandboxes directly', load: () => import('./commands/link.js') }],
  ['rules', { summary: 'print the rules of the firewall', load: () => import('./commands/rules.js') }],
  ['monitor', { summary: 'tell what happens, as it happens', load: () => import('./commands/monitor.js') }],
  ['gc', { summary: 'bring records and kernel back in line', load: () => import('./commands/gc.js') }],
  [
    'doctor',
    { summary: 'check the host, and say what to do about what is found', load: () => import('./commands/doctor.js') },
  ],
  ['bench', { summary: 'measure what this host can do', load: () => import('./commands/bench.js') }],
]);

/** One call of the program: its arguments become a call of a command, with somewhere to print. */
class Program {
  readonly #terminal = new Terminal(process);
  readonly #interruption = new Interruption();
  readonly #command = new Command('netplumb');
  readonly #entries = new Map<Command, CommandEntry>();
  /** The one that was called, as far as that is known. */
  #called = this.#command;
  #help = '';
  #status = 0;

  constructor() {
    this.#command
      .description('Plumbs sandboxes into networks: veth pairs, bridges, network namespaces and addresses.')
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput({
        writeOut: (text) => {
          this.#help += text;
        },
        // What is wrong comes as an exception as well.
        writeErr: () => {},
      })
      .addHelpText('after', examples('netplumb run ip address', 'netplumb attach --pid 2778 --name web', 'netplumb ls'))
      .version(version(), '-V, --version', 'show the version');
    this.#addCommands(this.#command, commands);
  }

  /** Returns the exit status. */
  async execute(args: readonly string[]): Promise<number> {
    try {
      await this.#command.parseAsync(args, { from: 'user' });
      return this.#status;
    } catch (reason) {
      const error = reason instanceof CommanderError ? usageError(reason) : (reason as Error);
      return error ? this.#fail(error) : this.#showHelp();
    }
  }

  #addCommands(parent: Command, entries: ReadonlyMap<string, CommandEntry | CommandGroup>): void {
    addGlobalOptions(parent);
    parent.helpCommand(false).hook('preSubcommand', (_, command) => this.#prepare(command));
    for (const [name, entry] of entries) {
      const command = parent.command(name).description(entry.summary);
      if ('commands' in entry) {
        command.addHelpText('after', examples(...entry.examples));
        this.#addCommands(command, entry.commands);
      } else {
        command.aliases(entry.alias === undefined ? [] : [entry.alias]);
        this.#entries.set(command, entry);
      }
    }
  }

  async #prepare(command: Command): Promise<void> {
    this.#called = command;
    const module = await this.#entries.get(command)?.load();
    if (module) {
      module.define(command);
      addGlobalOptions(command);
      command.action(async () => {
        this.#status = await module.perform(this.#call());
      });
    }
  }

  #call(): Call {
    const { json, ...options } = this.#options();
    this.#terminal.json = json === true;
    const operands = this.#called.processedArgs;
    return { operands, options, terminal: this.#terminal, interruption: this.#interruption };
  }

  /** Global options count wherever they stand; those nearest to the operands win. */
  #options(command: Command = this.#called): Call['options'] {
    return { ...(command.parent && this.#options(command.parent)), ...command.opts() };
  }

  async #showHelp(): Promise<number> {
    await this.#terminal.write(this.#help);
    return 0;
  }

  async #fail(error: Error): Promise<number> {
    // Wrong usage is found before there is a call.
    this.#terminal.json = this.#options().json === true;
    await this.#terminal.fail(error);
    return this.#interruption.statusOf(error) ?? exitStatusOf(error, this.#called.name() === 'run');
  }
}

/** Carries a command line out and returns the exit status. */
export function execute(args: readonly string[]): Promise<number> {
  return new Program().execute(args);
}
