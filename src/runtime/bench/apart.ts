import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type ErrorJson, NetplumbError, newError } from '../../errors/index.js';
import { packageRoot } from '../../netlink/package.js';
import type { Job, JobNews } from './job.js';
import type { BenchProgress, Figures } from './report.js';

/**
 * Namespaces for networks, mounts and processes; when unshare ends, so does what it has started, and with the first process
 * all others. The mount namespace's own /proc shows its own processes.
 */
const unshare = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];

/**
 * What the machine has mounted below /run/netns would only be hidden: still there, still holding on to namespaces, still
 * slowing down whatever goes through the list of mounts. `-n`: without notes of them in /run/mount, which is the machine's.
 */
const script = `
while umount -n --lazy --recursive /run/netns 2>/dev/null; do :; done
mount -n -t tmpfs -o mode=755 tmpfs /run && exec "$@"`;

/** Of what the process says on standard error, as much as an error shows. */
const mostComplaint = 4096;

/** What the caller hears of it. */
export interface ApartOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BenchProgress) => void) | undefined;
}

/**
 * Measures in a process of its own, in namespaces of its own; when this returns or throws, that process and all that it has
 * started have ended, and it leaves nothing that outlives it. Throws EABORTED, ENOBENCH, and what attaching throws in there.
 */
export async function measureApart(job: Job, { signal, onProgress }: ApartOptions): Promise<Figures> {
  if (signal?.aborted) {
    throw newError('EABORTED', {}, { cause: signal.reason });
  }
  const child = spawn('unshare', [...unshare, 'sh', '-c', script, 'sh', process.execPath, programPath()], {
    cwd: '/',
    // A session of its own: a terminal's Ctrl-C is for us, who then end it.
    detached: true,
    env: environment(process.env),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const news = await newsOf(child, job, onProgress);
    if (signal?.aborted) {
      throw newError('EABORTED', {}, { cause: signal.reason });
    }
    return figuresIn(news);
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** The last that the process says, when it has ended; what it complains of, when it says nothing. */
function newsOf(child: ChildProcess, job: Job, onProgress: ApartOptions['onProgress']): Promise<JobNews> {
  return new Promise((resolve, reject) => {
    let last: JobNews | undefined;
    let complaint = '';
    child.on('message', (news: JobNews) => {
      if ('progress' in news) {
        onProgress?.(news.progress);
      } else {
        last = news;
      }
    });
    (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(0, mostComplaint);
    });
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'ENOENT' ? 'there is no program unshare' : cause.message;
      reject(newError('ENOBENCH', { reason }, { cause }));
    });
    // When nobody holds its standard error any more: all of its processes have ended.
    child.on('close', (code, by) => {
      const reason = complaint.trim() || `the process that measures ended with ${by ?? `status ${code}`}`;
      resolve(last ?? { failure: newError('ENOBENCH', { reason }).toJSON() });
    });
    // One that has ended already is told of by its end.
    child.send(job, () => undefined);
  });
}

function figuresIn(news: JobNews): Figures {
  if ('figures' in news) {
    return news.figures;
  }
  throw 'failure' in news
    ? errorFrom(news.failure)
    : newError('ENOBENCH', { reason: 'crash' in news ? news.crash : '' });
}

/** As it was thrown over there. */
function errorFrom({ code, message, cause: _, ...facts }: ErrorJson): NetplumbError {
  return new NetplumbError(code, message, facts);
}

/** Ours, but for what names a host: it has one of its own. */
function environment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NETPLUMB_RUN_DIR, NETPLUMB_STATE_DIR, NETPLUMB_HOST_NETNS, NETPLUMB_CONFIG, ...others } = own;
  return others;
}

/** The package's own, also for those who run its sources. */
function programPath(): string {
  return join(packageRoot(), 'dist/runtime/bench/main.js');
}
