import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NetplumbError } from '../../../src/errors/index.js';
import { Definitions } from '../../../src/store/definitions.js';
import type { NetworkRecord } from '../../../src/store/index.js';
import { newOwner } from '../../../src/store/owner.js';
import { temporaryDirectory } from '../../support/store.js';

const web: NetworkRecord = {
  id: 'a'.repeat(64),
  name: 'web',
  driver: 'bridge',
  created: 1_700_000_000_000,
  internal: false,
  attachable: true,
  ipv6: true,
  subnets: [
    {
      subnet: '10.10.0.0/16',
      gateway: '10.10.0.1',
      range: '10.10.128.0/17',
      auxiliary: { router: '10.10.0.254' },
    },
    { subnet: 'fd00:0:0:1::/64' },
  ],
  options: { 'com.docker.network.driver.mtu': '1400' },
  labels: { team: 'käse "&" brot\n' },
  interface: 'np-aaaaaaaaaaaa',
  ours: true,
};
const api: NetworkRecord = {
  id: 'b'.repeat(64),
  name: 'api',
  driver: 'macvlan',
  created: 1_600_000_000_000,
  internal: true,
  attachable: false,
  ipv6: false,
  subnets: [],
  options: {},
  labels: {},
  ours: false,
};

/** A directory with these networks in it, and the path of a network's file. */
function saved(...networks: NetworkRecord[]) {
  const stateDir = join(temporaryDirectory(), 'lib', 'netplumb');
  const definitions = new Definitions(stateDir);
  for (const network of networks) {
    definitions.save(network);
  }
  const directory = join(stateDir, 'networks');
  return { stateDir, definitions, directory, pathOf: ({ id }: NetworkRecord) => join(directory, `${id}.json`) };
}

/** What load() has said, shortly: the names, and the codes and messages of the problems. */
function loaded(definitions: Definitions) {
  const { networks, problems } = definitions.load();
  return {
    names: networks.map(({ name }) => name),
    problems: problems.map((problem) => `${(problem as NetplumbError).code} ${problem.message}`),
  };
}

describe('definitions of networks', () => {
  test('come back as they were saved, oldest first', () => {
    const { definitions, stateDir } = saved(web, api);
    expect(definitions.load()).toEqual({ networks: [api, web], problems: [] });
    expect(new Definitions(stateDir).load()).toEqual({ networks: [api, web], problems: [] });
  });

  test('without any network nothing is made or needed', () => {
    const stateDir = join(temporaryDirectory(), 'lib');
    const definitions = new Definitions(stateDir);
    expect(definitions.load()).toEqual({ networks: [], problems: [] });
    definitions.remove(web.id);
    expect(() => statSync(stateDir)).toThrow('ENOENT');
  });

  test('are replaced and removed', () => {
    const { definitions, directory } = saved(web, api);
    definitions.save({ ...web, labels: {} });
    definitions.remove(api.id);
    definitions.remove(api.id);
    expect(definitions.load()).toEqual({ networks: [{ ...web, labels: {} }], problems: [] });
    expect(readdirSync(directory)).toEqual([`${web.id}.json`]);
  });

  test('are for nobody else to read', () => {
    const { directory, stateDir, pathOf } = saved(web);
    const modes = [pathOf(web), directory, stateDir].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o600, 0o700, 0o700]);
  });

  test('that cannot be written are as before, and leave no file behind', () => {
    const { definitions, directory, stateDir } = saved(web);
    // A directory in its place: renaming a file over it is refused.
    mkdirSync(join(directory, `${api.id}.json`));
    expect(() => definitions.save(api)).toThrow(expect.objectContaining({ code: 'EISDIR', operation: 'rename' }));
    expect(readdirSync(directory).sort()).toEqual([`${web.id}.json`, `${api.id}.json`]);
    writeFileSync(join(stateDir, 'file'), '');
    expect(() => new Definitions(join(stateDir, 'file')).save(web)).toThrow(
      expect.objectContaining({ code: 'ENOTDIR', operation: 'mkdir' }),
    );
  });

  test('written by hand are read in the one way that addresses are written', () => {
    const { definitions, pathOf } = saved(api);
    const subnets = [{ subnet: 'FD00:0:0:1:0::/64', gateway: 'fd00:0:0:1:0:0:0:1' }];
    writeFileSync(pathOf(api), JSON.stringify({ format: 1, ...api, subnets }));
    expect(definitions.load()).toEqual({
      networks: [{ ...api, subnets: [{ subnet: 'fd00:0:0:1::/64', gateway: 'fd00:0:0:1::1' }] }],
      problems: [],
    });
  });
});

describe('files that are no definitions', () => {
  const json = (change: object) => JSON.stringify({ format: 1, ...web, ...change });
  test.each([
    ['', 'it is not JSON: Unexpected end of JSON input'],
    ['[]', 'it is not a JSON object'],
    ['null', 'it is not a JSON object'],
    [JSON.stringify(web), 'it has no format number'],
    [json({ id: api.id }), 'it is named after another network'],
    [json({ id: 'A'.repeat(64) }), '"id": it must be 64 hexadecimal digits'],
    [json({ name: '-web' }), '"name": '],
    [json({ name: undefined }), '"name": '],
    [json({ colour: 'red' }), '"colour": '],
    [json({ driver: '' }), '"driver": it must be the name of a driver'],
    [json({ created: -1 }), '"created": '],
    [json({ ipv6: 'yes' }), '"ipv6": '],
    [json({ interface: 'a/b' }), '"interface": '],
    [json({ labels: { team: 1 } }), '"labels.team": '],
    [json({ subnets: [{ subnet: '10.10.0.1/16' }] }), '"subnets.0.subnet": '],
    [json({ subnets: [{ subnet: '10.10.0.0/16', gateway: '10.11.0.1' }] }), '"subnets.0": an address or range'],
    [json({ subnets: [{ subnet: '10.10.0.0/16', range: '10.0.0.0/8' }] }), '"subnets.0": an address or range'],
    [json({ subnets: [{ subnet: '10.10.0.0/16', range: '10.11.0.0/24' }] }), '"subnets.0": an address or range'],
    [json({ subnets: [{ subnet: '10.10.0.0/16', auxiliary: { a: 'fd00::1' } }] }), '"subnets.0": an address or range'],
    [json({ subnets: [{ subnet: '10.10.0.0/16' }, { subnet: '10.10.1.0/24' }] }), '"subnets": two subnets overlap'],
    [json({ subnets: [{ subnet: 'fd00::/64' }, { subnet: '10.0.0.0/8' }] }), '"subnets": IPv4 subnets come before'],
  ])('%.60s', (text, reason) => {
    const { definitions, pathOf } = saved(web, api);
    writeFileSync(pathOf(web), text);
    const { names, problems } = loaded(definitions);
    expect(names).toEqual(['api']);
    expect(problems).toEqual([
      expect.stringContaining(`ESTATECORRUPT the state in "${pathOf(web)}" is damaged: ${reason}`),
    ]);
    expect(readFileSync(pathOf(web), 'utf8')).toBe(text);
  });

  test('of a newer netplumb', () => {
    const { definitions, pathOf } = saved(web, api);
    writeFileSync(pathOf(web), json({ format: 2, driver: { kind: 'overlay' } }));
    const { names, problems } = loaded(definitions);
    expect(names).toEqual(['api']);
    expect(problems).toEqual([
      `ESTATEVERSION the state in "${pathOf(web)}" was written by a newer netplumb (format 2, known up to 1)`,
    ]);
  });

  test('of one name: the older network has it', () => {
    const { definitions, pathOf } = saved(web, { ...api, name: 'web' });
    const { names, problems } = loaded(definitions);
    expect(names).toEqual(['web']);
    expect(definitions.load().networks[0]?.id).toBe(api.id);
    expect(problems).toEqual([
      `ESTATECORRUPT the state in "${pathOf(web)}" is damaged: its name is that of network ${'b'.repeat(12)}, which is older`,
    ]);
  });

  test('that are no files of ours at all', () => {
    const { definitions, directory, pathOf } = saved(api);
    const id = (digit: string) => join(directory, `${digit.repeat(64)}.json`);
    mkdirSync(id('1'));
    symlinkSync(id('2'), id('2'));
    expect(spawnSync('mkfifo', [id('3')]).status).toBe(0);
    writeFileSync(id('4'), ' '.repeat(2 ** 20 + 1));
    writeFileSync(`${pathOf(api)}~`, 'x');
    const { names, problems } = loaded(definitions);
    expect(names).toEqual(['api']);
    expect(problems.map((problem) => problem.replace(/"[^"]*"/, 'FILE'))).toEqual([
      'ESTATECORRUPT the state in FILE is damaged: it is not a file',
      expect.stringContaining('ELOOP'),
      'ESTATECORRUPT the state in FILE is damaged: it is not a file',
      'ESTATECORRUPT the state in FILE is damaged: it is too large',
      'ESTATECORRUPT the state in FILE is damaged: it is not named after a network',
    ]);
  });

  test('that a writer was not done with: removed once it is dead', () => {
    const { definitions, directory } = saved(api);
    const unfinished = (writer: string) => `.${web.id}.json.${writer}`;
    const alive = unfinished(newOwner());
    const dead = unfinished(newOwner().replace(/^(\d+):\d+:/, '$1:4194304:'));
    writeFileSync(join(directory, alive), '{');
    writeFileSync(join(directory, dead), '{');
    expect(definitions.load()).toEqual({ networks: [api], problems: [] });
    expect(readdirSync(directory).sort()).toEqual([alive, `${api.id}.json`].sort());
  });

  test('whatever one byte of a file becomes, the others are read and nothing is thrown', () => {
    const { definitions, pathOf } = saved(web, api);
    const whole = readFileSync(pathOf(web));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (place, byte, isCut) => {
        const bytes = Buffer.from(whole.subarray(0, isCut ? place : whole.length));
        if (!isCut) {
          bytes[place] = byte;
        }
        writeFileSync(pathOf(web), bytes);
        const { networks, problems } = definitions.load();
        expect(networks).toContainEqual(api);
        expect(networks.length + problems.length).toBe(2);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

const hasStrace = spawnSync('strace', ['-V']).error === undefined;

test.skipIf(!hasStrace && process.env.CI !== 'true')('a writer that is killed leaves the old or the new one', () => {
  const { definitions, directory, stateDir } = saved(web);
  const program = `
    import { Definitions } from ${JSON.stringify(new URL('../../../src/store/definitions.ts', import.meta.url).href)};
    new Definitions(${JSON.stringify(stateDir)}).save(${JSON.stringify({ ...web, labels: { new: 'yes' } })});
  `;
  const kill = (call: string, time: number) =>
    spawnSync(
      'strace',
      ['-f', '-o', '/dev/null', '-e', `inject=${call}:signal=SIGKILL:when=${time}`, process.execPath].concat([
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        program,
      ]),
      { encoding: 'utf8' },
    );
  for (const [call, time, expected] of [
    ['fsync', 1, web],
    ['rename', 1, web],
    ['fsync', 2, { ...web, labels: { new: 'yes' } }],
  ] as const) {
    const { signal, stderr } = kill(call, time);
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    expect(definitions.load()).toEqual({ networks: [expected], problems: [] });
    expect(readdirSync(directory)).toEqual([`${web.id}.json`]);
  }
});
