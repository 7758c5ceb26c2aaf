import { fileURLToPath } from 'node:url';
import { BaseSequencer, ForksPoolWorker, type PoolOptions, type TestSpecification } from 'vitest/node';

const throwaway = fileURLToPath(new URL('../../scripts/throwaway', import.meta.url));

/** A process for one test file, in network and mount namespaces of its own, which end with it: see scripts/throwaway. */
class ApartWorker extends ForksPoolWorker {
  constructor(options: PoolOptions) {
    super({ ...options, execArgv: [process.execPath, ...options.execArgv] });
  }

  override start(): Promise<void> {
    const { execPath } = process;
    // What is forked at once is this program, with Node's arguments; vitest does not let us say which.
    process.execPath = throwaway;
    try {
      return super.start();
    } finally {
      process.execPath = execPath;
    }
  }
}

/** A pool for vitest.config.ts: files run side by side and cannot meet each other, nor what another has left behind. */
export const apart = {
  name: 'apart',
  createPoolWorker: (options: PoolOptions) => new ApartWorker(options),
};

/** Those that take longest begin first, so that no processor is left waiting for the last of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => /-sweep|damage|storm|bad-input/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
