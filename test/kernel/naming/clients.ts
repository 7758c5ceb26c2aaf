import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Attached } from '../../../src/index.js';
import { runIn } from '../host/lab.js';

/**
 * Mounts the sandbox's own files over the host's and becomes the command. Where systemd-resolved is at home, the host's
 * resolv.conf is a link into /run, which is empty in here.
 */
const mounting = `
target=$(readlink -m /etc/resolv.conf)
case $target in /run/*) mkdir -p "\${target%/*}" && : >>"$target" ;; esac
mount --bind "$1" /etc/hosts && mount --bind "$2" "$target" && shift 2 && exec "$@"`;

/** What a program prints that a launcher starts in a sandbox with files, whose name is its file's under /run/netns. */
export function runInside({ name, files }: Attached, command: string, ...args: string[]): string {
  if (!files) {
    throw new Error(`${name} has no files`);
  }
  return runIn(name, 'sh', '-c', mounting, 'sh', files.hosts, files.resolvConf, command, ...args);
}

/** What dig says of one question. */
export interface Dug {
  readonly status: string;
  /** Of the records in the answer. */
  readonly data: readonly string[];
}

/** Asks a server from inside a sandbox: `dig('a1', '10.1.0.1', 'db', 'AAAA', '+tcp')`. */
export function dig(sandbox: string, server: string, ...question: string[]): Dug {
  const text = runIn(sandbox, 'dig', '+noall', '+comments', '+answer', `@${server}`, ...question);
  const records = text.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
  return {
    status: /status: (\w+)/.exec(text)?.[1] ?? 'nothing',
    // Name, time to live, class, type, and what it is about.
    data: records.map((line) => line.split(/\s+/).slice(4).join(' ')),
  };
}

/** A program that serves in a namespace until it is disposed of; it has said by then that it does. */
async function serve(namespace: string, command: readonly string[], isServing: RegExp): Promise<AsyncDisposable> {
  const child = spawn('ip', ['netns', 'exec', namespace, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  await said(child, isServing);
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** dnsmasq, which knows nothing but what the options say. */
export function serveNames(namespace: string, address: string, ...options: string[]): Promise<AsyncDisposable> {
  const where = [`--listen-address=${address}`, '--bind-interfaces', '--conf-file=/dev/null', '--pid-file='];
  const how = ['--keep-in-foreground', '--user=root', '--log-facility=-', '--no-resolv', '--no-hosts'];
  // Names of nobody else do not exist, instead of being refused.
  return serve(namespace, ['dnsmasq', ...where, ...how, '--local=//', '--local=/#/', ...options], /started/);
}

/** A web server on port 80 that says the same to all. */
export function serveText(namespace: string, text: string): Promise<AsyncDisposable> {
  const source = `
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'${text}')
server = HTTPServer(('', 80), Handler)
print('serving', flush=True)
server.serve_forever()`;
  return serve(namespace, ['python3', '-c', source], /serving/);
}

function said(child: ChildProcess, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        log += text.toString();
        if (pattern.test(log)) {
          resolve();
        }
      });
    }
    child.on('close', () => reject(new Error(`${child.spawnargs.join(' ')} has ended: ${log}`)));
  });
}
