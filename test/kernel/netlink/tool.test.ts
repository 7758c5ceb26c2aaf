import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Connection, findTool, type ToolOutcome, toolPaths } from '../../../src/netlink/index.js';
import { expectNothingLeft } from '../../support/leaks.js';
import { run, TestNetns } from '../../support/netns.js';
import { temporaryDirectory } from '../../support/store.js';

expectNothingLeft();

const mebibyte = 1024 * 1024;

const failure = (code: string) => expect.objectContaining({ name: 'NetplumbError', code });

/** What a script does in the namespace of a connection. */
function shell(connection: Connection, script: string, input = ''): Promise<ToolOutcome> {
  return connection.runTool({ candidates: toolPaths('sh'), arguments: ['-c', script], input });
}

/** Processes of this one that have ended and that nobody has waited for, and those that have not ended. */
function children(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, name, state, parent] =
          /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return Number(parent) === process.pid ? [`${name} ${state}`] : [];
      } catch {
        return [];
      }
    });
}

test('a tool works in the namespace of the connection, reads what it is given, and tells what it says', async () => {
  using netns = new TestNetns();
  await using connection = await Connection.open({ name: netns.name });
  const rules = 'table inet mine {\n\tchain ports {\n\t}\n}\n';
  const nft = (args: string[], input = '') =>
    connection.runTool({ candidates: toolPaths('nft'), arguments: args, input });
  expect(await nft(['-f', '-'], rules)).toEqual({ code: 0, signal: null, output: '', errors: '' });
  expect((await nft(['list', 'ruleset'])).output).toBe(rules);
  expect(netns.run('nft', 'list', 'ruleset')).toBe(rules);
  expect(run('nft', 'list', 'ruleset')).toBe('');
  const refused = await nft(['-f', '-'], 'add rule inet nothing');
  expect(refused.code).toBe(1);
  expect(refused.errors).toContain('Error: syntax error');
});

test('arguments are no script, the environment is its own, and its name is that of the program', async () => {
  await using connection = await Connection.open();
  const candidates = toolPaths('printf');
  const echoed = await connection.runTool({ candidates, arguments: ['%s|', '$HOME', '; id', "'"], input: '' });
  expect(echoed.output).toBe("$HOME|; id|'|");
  const seen = await shell(connection, 'echo "$0"; tr "\\0" "\\n" < /proc/self/environ');
  // The shell itself adds the directory.
  expect(seen.output).toMatch(/^sh\nPATH=\/\S+\nLANG=C\n(PWD=.*\n)?$/);
});

test('how it ends is told, whatever it did', async () => {
  await using connection = await Connection.open();
  expect(await shell(connection, 'echo out; echo err >&2; exit 3')).toEqual({
    code: 3,
    signal: null,
    output: 'out\n',
    errors: 'err\n',
  });
  expect(await shell(connection, 'kill -TERM $$')).toMatchObject({ code: null, signal: 'SIGTERM' });
  expect(children()).toEqual([]);
});

test('a program that does not exist, or that may not be executed', async () => {
  await using connection = await Connection.open();
  const call = { arguments: [], input: '' };
  await expect(connection.runTool({ ...call, candidates: ['/nowhere/nft', '/nowhere/else/nft'] })).rejects.toEqual(
    failure('ENOENT'),
  );
  await expect(connection.runTool({ ...call, candidates: ['/etc/passwd'] })).rejects.toEqual(failure('EACCES'));
  expect(children()).toEqual([]);
});

test('much goes in and much comes out, of each stream one mebibyte at most', async () => {
  await using connection = await Connection.open();
  const input = 'netplumb '.repeat(mebibyte);
  expect((await shell(connection, 'wc -c', input)).output).toBe(`${input.length}\n`);
  const flooded = await shell(connection, 'cat; cat /dev/stdin >&2; echo last', input);
  expect(flooded.output).toBe(input.slice(0, mebibyte));
  expect(flooded.errors).toBe(input.slice(0, mebibyte));
  expect(flooded.code).toBe(0);
  // Whoever does not read is not waited for.
  expect(await shell(connection, 'exit 0', input)).toMatchObject({ code: 0 });
});

test('what it leaves running is not waited for', async () => {
  await using connection = await Connection.open();
  const began = Date.now();
  const { output } = await shell(connection, 'sleep 30 & echo $!');
  expect(Date.now() - began).toBeLessThan(5000);
  process.kill(Number(output), 'SIGKILL');
});

test('the main thread goes on meanwhile, and other requests are answered', async () => {
  await using connection = await Connection.open();
  let ended = false;
  const running = shell(connection, 'sleep 0.5').then(() => {
    ended = true;
  });
  expect(await connection.readFiles(['sys/net/ipv4/ip_forward'])).toHaveLength(1);
  expect(ended).toBe(false);
  await running;
});

test('many at once', async () => {
  await using connection = await Connection.open();
  const outputs = await Promise.all(Array.from({ length: 30 }, (_, i) => shell(connection, 'cat', `${i}`)));
  expect(outputs.map(({ output }) => output)).toEqual(outputs.map((_, i) => `${i}`));
});

test('a connection that is closed waits for what runs, and runs nothing more', async () => {
  using netns = new TestNetns();
  const connection = await Connection.open({ name: netns.name });
  const running = shell(connection, 'sleep 0.2; ip link add made type bridge');
  await connection.close();
  expect(await running).toMatchObject({ code: 0 });
  expect(netns.ip<{ ifname: string }>('link').map(({ ifname }) => ifname)).toContain('made');
  await expect(shell(connection, 'true')).rejects.toEqual(failure('ECLOSED'));
});

test('it does not outlive the process that has started it', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'pid');
  // Written whole, then moved: nobody reads half a number.
  const script = `echo $$ > ${file}.new; mv ${file}.new ${file}; exec sleep infinity`;
  const program = fileURLToPath(new URL('tool-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, script], { stdio: 'inherit' });
  const exited = once(child, 'exit');
  await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
  const pid = readFileSync(file, 'utf8').trim();
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  child.kill('SIGKILL');
  await exited;
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 5000 }).toBe(false);
});

test('tools are found where distributions put them, or it is said what to install', async () => {
  expect(await findTool('nft')).toMatch(/^\/(usr\/)?s?bin\/nft$/);
  await expect(findTool('no-such-tool')).rejects.toEqual(
    expect.objectContaining({
      code: 'ENOTOOL',
      message: expect.stringContaining('no-such-tool'),
      hint: expect.stringContaining('Install the package no-such-tool'),
    }),
  );
});
