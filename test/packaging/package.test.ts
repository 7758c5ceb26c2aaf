import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Consumer, root } from './consumer.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

describe('the packed tarball', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = new Consumer();
  });
  afterAll(() => consumer.remove());

  test('holds what users need and nothing else', () => {
    const files = consumer.files();
    const expected = [
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
      /^dist\/([\w-]+\/){0,3}[\w-]+(\.js|\.d\.ts)$/,
      /^prebuilds\/linux-\w+\/netplumb\.napi\.node$/,
    ];
    expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    const needed = [
      'LICENSE',
      'README.md',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/netlink/index.js',
      'dist/netlink/index.d.ts',
      'dist/cli/main.js',
      `prebuilds/linux-${process.arch}/netplumb.napi.node`,
    ];
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
  });

  test('satisfies publint', async () => {
    const bytes = readFileSync(consumer.tarball);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    expect((await publint({ pack: { tarball } })).messages).toEqual([]);
  });

  test('asks npm to run nothing at installation', () => {
    const installed = JSON.parse(consumer.read('node_modules/netplumb/package.json')) as {
      gypfile?: boolean;
      scripts?: Record<string, string>;
    };
    // Without "gypfile": false, npm would run node-gyp wherever a binding.gyp lies in the package.
    expect(installed.gypfile).toBe(false);
    expect(Object.keys(installed.scripts ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$/)]),
    );
  });

  test.for(['cc', 'gcc', 'g++', 'c++', 'clang', 'make', 'cmake', 'python3'])('is tried without %s', (tool) => {
    expect(() => consumer.run('sh', '-c', `command -v ${tool}`)).toThrow();
  });

  test('imports by both entry points', () => {
    consumer.write(
      'imports.js',
      `import { openHost } from 'netplumb';
       import { Connection } from 'netplumb/rtnl';
       console.log(typeof openHost, typeof Connection);`,
    );
    expect(consumer.run('node', 'imports.js')).toBe('function function\n');
  });

  test('has a command that prints its version', () => {
    expect(consumer.run('npx', '--offline', 'netplumb', '--version').trim()).toContain(version);
  });

  test('makes a veth pair', () => {
    consumer.write(
      'veth.js',
      `import { Connection, listLinks, newLink } from 'netplumb/rtnl';
       const connection = await Connection.open();
       await connection.request(newLink({ name: 'left', info: { kind: 'veth', data: { peer: { name: 'right' } } } }));
       const links = await connection.list(listLinks());
       console.log(links.map((link) => link.name).sort().join(' '));
       await connection.close();`,
    );
    expect(consumer.runInNamespace('veth.js')).toBe('left lo right\n');
  });

  test('has types that a strict program compiles against', () => {
    consumer.write(
      'types.ts',
      `import { openHost } from 'netplumb';
       import { Connection } from 'netplumb/rtnl';
       export const opened: Promise<unknown>[] = [openHost(), Connection.open()];
       // @ts-expect-error: were the types not found, this would pass.
       export const wrong: number = openHost();`,
    );
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const language = '--noEmit --strict --module nodenext --target es2023 --lib es2023,esnext.disposable';
    const nodeTypes = `--types node --typeRoots ${join(root, 'node_modules/@types')}`;
    const output = consumer.run('sh', '-c', `node ${compiler} ${language} ${nodeTypes} types.ts || true`);
    // Declarations of dependencies are checked along with ours, but what is wrong with them is not our matter.
    const errors = output.split('\n').filter((line) => /^(types\.ts|node_modules\/netplumb\/)/.test(line));
    expect(errors).toEqual([]);
  });
});
