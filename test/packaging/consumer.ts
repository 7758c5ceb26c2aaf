import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** All that a machine without a compiler offers here: Node, npm, and what their start-up scripts call. */
const commands = ['node', 'npm', 'npx', 'sh', 'env', 'cat', 'ls', 'mkdir', 'rm', 'uname', 'dirname', 'readlink'];

/** The packed tarball, and a project that has installed it on a machine with no compiler. */
export class Consumer {
  readonly tarball: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'netplumb-consumer-'));
  readonly #project = join(this.#directory, 'project');
  readonly #path = join(this.#directory, 'bin');

  constructor() {
    mkdirSync(this.#path);
    for (const command of commands) {
      symlinkSync(find(command), join(this.#path, command));
    }
    execFileSync('npm', ['pack', '--silent', '--pack-destination', this.#directory], { cwd: root });
    const [tarball] = readdirSync(this.#directory).filter((name) => name.endsWith('.tgz'));
    this.tarball = join(this.#directory, tarball ?? '');

    this.write('package.json', '{ "private": true, "type": "module" }');
    this.run('npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', this.tarball);
  }

  /** Adds a file to the project. */
  write(name: string, content: string): void {
    mkdirSync(this.#project, { recursive: true });
    writeFileSync(join(this.#project, name), content);
  }

  read(name: string): string {
    return readFileSync(join(this.#project, name), 'utf8');
  }

  /** Runs a command in the project with nothing but `commands` on its PATH; returns what it printed. */
  run(command: string, ...args: string[]): string {
    return this.#spawn(join(this.#path, command), args);
  }

  /** Runs a module of the project in network and mount namespaces of its own; returns what it printed. */
  runInNamespace(module: string): string {
    const inside = ['env', `PATH=${this.#path}`, 'node', module];
    return this.#spawn(join(root, 'scripts/throwaway'), inside, process.env.PATH);
  }

  /** The files of the tarball, below its folder "package". */
  files(): string[] {
    const list = execFileSync('tar', ['-tzf', this.tarball], { encoding: 'utf8' });
    return list
      .trim()
      .split('\n')
      .map((file) => file.replace(/^package\//, ''));
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }

  #spawn(command: string, args: string[], path = this.#path): string {
    // `npm test` points the npm that it runs at this repository.
    const env = { ...process.env, PATH: path, npm_config_local_prefix: undefined };
    const ran = spawnSync(command, args, { cwd: this.#project, encoding: 'utf8', env, timeout: 120_000 });
    if (ran.status !== 0) {
      throw new Error(`${command} ${args.join(' ')}\n${ran.error ?? ''}${ran.stdout}${ran.stderr}`);
    }
    return ran.stdout;
  }
}

/** The file behind a command, as the shell finds it. */
function find(command: string): string {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    try {
      // npm finds its library from its own real path.
      return realpathSync(join(directory, command));
    } catch {
      // Not in this directory.
    }
  }
  throw new Error(`${command} is not on the PATH`);
}
