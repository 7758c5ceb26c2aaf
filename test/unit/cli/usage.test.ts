import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const commands = [
  ...['run', 'attach', 'detach', 'ls', 'inspect', 'port', 'publish', 'unpublish'],
  ...['network', 'pool', 'link', 'rules', 'monitor', 'gc', 'doctor', 'bench'],
];
const globalOptions = [
  'run-dir',
  'state-dir',
  'host-netns',
  'config',
  'bridge',
  'bip',
  'fixed-cidr',
  'mtu',
  'default-address-pool',
  'firewall',
  'json',
  'help',
];
const networkCommands = ['create', 'ls', 'inspect', 'rm', 'prune', 'connect', 'disconnect'];

function netplumb(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The commands that a help text lists. */
function commandsIn(help: string): (string | undefined)[] {
  const listed = help.slice(help.indexOf('Commands:')).matchAll(/^ {2}(\w+)(?:\|\w+| \[options\])? {2,}\w/gm);
  return [...listed].map(([, name]) => name);
}

describe('netplumb', () => {
  test.each(['--version', '-V'])('%s says the version of the package', (option) => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(netplumb(option)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(netplumb('--json', option)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('--help lists the commands that work, with examples', () => {
    const { status, stdout, stderr } = netplumb('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(commandsIn(stdout)).toEqual(commands);
    expect(stdout).toMatch(/\nExamples:\n {2}netplumb /);
  });

  test('network --help lists its commands, with examples', () => {
    const { status, stdout, stderr } = netplumb('network', '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(commandsIn(stdout)).toEqual(networkCommands);
    expect(stdout).toMatch(/\nExamples:\n {2}netplumb network /);
  });

  test.each([...commands, ...networkCommands.map((name) => `network ${name}`)])(
    '%s --help shows its options, with examples',
    (command) => {
      const { status, stdout, stderr } = netplumb(...command.split(' '), '--help');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^Usage: netplumb ${command}[ |]`));
      for (const option of globalOptions) {
        expect(stdout).toContain(`  --${option} `);
      }
      expect(stdout).toMatch(new RegExp(`\n\nExamples:\n {2}netplumb ${command}`));
    },
  );
});

describe('wrong usage ends with status 2 and says what was meant', () => {
  test.each([
    [[], 'a command is missing', 'Add --help to see commands and options.'],
    [['--json'], 'a command is missing', 'Add --help to see commands and options.'],
    [['atach'], "unknown command 'atach'", 'Did you mean attach?'],
    [['netwrok', 'ls'], "unknown command 'netwrok'", 'Did you mean network?'],
    [['network'], 'a command is missing', 'Add --help to see commands and options.'],
    [['network', 'lss'], "unknown command 'lss'", 'Did you mean ls?'],
    [['network', 'create'], "missing required argument 'name'", 'Add --help to see commands and options.'],
    [['network', 'create', '--subnte', 'x', 'web'], "unknown option '--subnte'", 'Did you mean --subnet?'],
    [
      ['network', 'create', '--scope', 'swarm', 'web'],
      "option '--scope <scope>' argument 'swarm' is invalid. Allowed choices are local.",
      'Add --help to see commands and options.',
    ],
    [['network', 'connect', 'web'], "missing required argument 'sandbox'", 'Add --help to see commands and options.'],
    [
      ['network', 'ls', '--quiet', '--format', 'id'],
      "option '--format <fields>' cannot be used with option '-q, --quiet'",
      'Add --help to see commands and options.',
    ],
    [['network', '--json', 'bogus'], "unknown command 'bogus'", 'Add --help to see commands and options.'],
    [['network', 'ls', '--json', '--bogus'], "unknown option '--bogus'", 'Add --help to see commands and options.'],
    [['--jsn', 'ls'], "unknown option '--jsn'", 'Did you mean --json?'],
    [['attach', '--nmae', 'web'], "unknown option '--nmae'", 'Did you mean --name?'],
    [['ls', '--brige', 'x'], "unknown option '--brige'", 'Did you mean --bridge?'],
    [['attach', '--privileged'], "unknown option '--privileged'", 'Add --help to see commands and options.'],
    [['attach', '--publsh', '80'], "unknown option '--publsh'", 'Did you mean --publish?'],
    [['attach', '-p'], "option '-p, --publish <port>' argument missing", 'Add --help to see commands and options.'],
    [['publish', 'web'], "missing required argument 'port'", 'Add --help to see commands and options.'],
    [['rules', '--aply'], "unknown option '--aply'", 'Did you mean --apply?'],
    [['attach', '--pid'], "option '--pid <pid>' argument missing", 'Add --help to see commands and options.'],
    [['detach'], "missing required argument 'name|id'", 'Add --help to see commands and options.'],
    [
      ['ls', 'web'],
      "too many arguments for 'ls'. Expected 0 arguments but got 1.",
      'Add --help to see commands and options.',
    ],
  ])('%j', (args, message, hint) => {
    const { status, stdout, stderr } = netplumb(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    if (args.includes('--json')) {
      expect(JSON.parse(stderr)).toEqual({ error: { code: 'EUSAGE', message, hint } });
    } else {
      expect(stderr).toBe(`netplumb: ${message}\n${hint}\n`);
    }
  });

  test('under run with 125: 2 may be the status of a command', () => {
    expect(netplumb('run')).toMatchObject({ status: 125, stderr: expect.stringContaining("argument 'command'") });
    expect(netplumb('run', '--nam', 'x', 'true')).toMatchObject({
      status: 125,
      stderr: expect.stringContaining('--name'),
    });
  });

  test('as JSON wherever --json stands', () => {
    for (const args of [
      ['--json', 'ls', '--bogus'],
      ['ls', '--json', '--bogus'],
      ['ls', '--bogus', '--json'],
    ]) {
      expect(JSON.parse(netplumb(...args).stderr).error).toMatchObject({ code: 'EUSAGE' });
    }
  });

  test('with what came from outside escaped', () => {
    expect(netplumb('ls', '--\x1b[31m').stderr).toContain("unknown option '--\\u001b[31m'");
  });
});
