import { Command, CommanderError } from 'commander';
import { type Call, type CommandModule, examples } from './command.js';
import { exitStatusOf } from './exit-status.js';
import { addGlobalOptions } from './global-options.js';
import { Interruption } from './interruption.js';
import { Terminal } from './terminal.js';
import { usageError } from './usage-error.js';
import { version } from './version.js';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** What there is; a module is loaded when its command is called. */
const commands = new Map<string, Entry>([
  ['run', { summary: 'run a command in a new sandbox', load: () => import('./commands/run.js') }],
  ['attach', { summary: 'join a network namespace to a network', load: () => import('./commands/attach.js') }],
  ['detach', { summary: 'remove sandboxes', load: () => import('./commands/detach.js') }],
  ['ls', { summary: 'list sandboxes', load: () => import('./commands/ls.js') }],
  ['inspect', { summary: 'show all that is known of sandboxes', load: () => import('./commands/inspect.js') }],
  ['gc', { summary: 'bring records and kernel back in line', load: () => import('./commands/gc.js') }],
]);

/** One call of the program: its arguments become a call of a command, with somewhere to print. */
class Program {
  readonly #terminal = new Terminal(process);
  readonly #interruption = new Interruption();
  readonly #command = new Command('netplumb');
  #subcommand: Command | undefined;
  #help = '';
  #status = 0;

  constructor() {
    this.#command
      .description('Plumbs sandboxes into networks: veth pairs, bridges, network namespaces and addresses.')
      .enablePositionalOptions()
      .exitOverride()
      .helpCommand(false)
      .configureOutput({
        writeOut: (text) => {
          this.#help += text;
        },
        // What is wrong comes as an exception as well.
        writeErr: () => {},
      })
      .addHelpText('after', examples('netplumb run ip address', 'netplumb attach --pid 2778 --name web', 'netplumb ls'))
      .version(version(), '-V, --version', 'show the version')
      .hook('preSubcommand', (_, subcommand) => this.#prepare(subcommand));
    addGlobalOptions(this.#command);
    for (const [name, { summary }] of commands) {
      this.#command.command(name).description(summary);
    }
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

  async #prepare(subcommand: Command): Promise<void> {
    this.#subcommand = subcommand;
    const module = await commands.get(subcommand.name())?.load();
    module?.define(subcommand);
    addGlobalOptions(subcommand);
    subcommand.action(async () => {
      this.#status = (await module?.perform(this.#call(subcommand))) ?? 0;
    });
  }

  #call(subcommand: Command): Call {
    const { json, ...options } = { ...this.#command.opts(), ...subcommand.opts() };
    this.#terminal.json = json === true;
    return { operands: subcommand.processedArgs, options, terminal: this.#terminal, interruption: this.#interruption };
  }

  async #showHelp(): Promise<number> {
    await this.#terminal.write(this.#help);
    return 0;
  }

  async #fail(error: Error): Promise<number> {
    // Wrong usage is found before there is a call.
    this.#terminal.json ||= [this.#command, this.#subcommand].some((command) => command?.opts().json === true);
    await this.#terminal.fail(error);
    return this.#interruption.statusOf(error) ?? exitStatusOf(error, this.#subcommand?.name() === 'run');
  }
}

/** Carries a command line out and returns the exit status. */
export function execute(args: readonly string[]): Promise<number> {
  return new Program().execute(args);
}
