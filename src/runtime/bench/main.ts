import { readFileSync } from 'node:fs';
import { NetplumbError } from '../../errors/index.js';
import { openHost } from '../../host/index.js';
import { directories, type Job, type JobNews } from './job.js';
import type { Figures } from './report.js';
import { measure } from './trial.js';

// The measuring process of `netplumb bench`, which is not for people to call: apart.ts does, in namespaces of its own, as the first
// process of one for processes. What it is to do it hears over the channel to its parent, and ends when that is closed.

process.title = 'netplumb-bench';
process.on('disconnect', () => process.exit(1));
process.once('message', async (job: Job) => {
  try {
    const figures = await carryOut(job);
    await say({ figures });
  } catch (error) {
    await say(error instanceof NetplumbError ? { failure: error.toJSON() } : { crash: textOf(error) });
  }
  // With it goes everything that is left: this is the first process of its namespace.
  process.exit(0);
});

async function carryOut({ host: options, count, network, publish }: Job): Promise<Figures> {
  const host = await openHost({ ...options, ...directories });
  const name = typeof network === 'string' ? network : (await host.networks.create(network)).name;
  const onProgress = (progress: Extract<JobNews, { progress: unknown }>['progress']) => void say({ progress });
  const figures = await measure(host, { count, network: name, publish }, { available, onProgress });
  await host.close();
  return figures;
}

/** proc_meminfo(5). */
function available(): number {
  const [, kibibytes = '0'] = /^MemAvailable:\s*(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'latin1')) ?? [];
  return 1024 * Number(kibibytes);
}

function say(news: JobNews): Promise<void> {
  // Whoever started us may have gone; then `disconnect` ends us.
  return new Promise((resolve) => process.send?.(news, () => resolve()));
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
