import { execFileSync } from 'node:child_process';

// Before anything is touched: a machine's own network has more than a loopback that is up.
if (listed<{ flags: string[] }>('link').some(({ flags }) => flags.includes('UP') && !flags.includes('LOOPBACK'))) {
  throw new Error('kernel tests run in a network namespace of their own: npm run test:kernel');
}

/**
 * A network namespace to throw away, pinned where `ip netns` finds it: the other side of whatever a test does, seen by
 * another program. Kernel tests only: they have a /run of their own (scripts/throwaway).
 */
export class TestNetns {
  static #made = 0;
  readonly name: string;
  readonly path: string;

  constructor() {
    TestNetns.#made += 1;
    this.name = `test-${process.pid}-${TestNetns.#made}`;
    this.path = `/run/netns/${this.name}`;
    run('ip', 'netns', 'add', this.name);
  }

  /** What a command prints that is run inside. */
  run(command: string, ...args: string[]): string {
    return run('ip', 'netns', 'exec', this.name, command, ...args);
  }

  /** What `ip -j -d …` lists inside. */
  ip<Item = Readonly<Record<string, unknown>>>(...args: string[]): Item[] {
    return listed<Item>('-n', this.name, ...args);
  }

  /** Can be repeated, and does not mind when someone else has removed it. */
  remove(): void {
    try {
      run('ip', 'netns', 'del', this.name);
    } catch (error) {
      if (!String(error).includes('No such file')) {
        throw error;
      }
    }
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

/** What `ip -j -d …` lists in the namespace of the tests themselves. */
export function ip<Item = Readonly<Record<string, unknown>>>(...args: string[]): Item[] {
  return listed<Item>(...args);
}

function listed<Item>(...args: string[]): Item[] {
  const text = run('ip', '-j', '-d', ...args).trim();
  return text === '' ? [] : (JSON.parse(text) as Item[]);
}

/** What a command prints; throws what it says on stderr when it fails. */
export function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
}
