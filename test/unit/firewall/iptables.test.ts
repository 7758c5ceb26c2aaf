import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { restoreFailure } from '../../../src/firewall/iptables/failure.js';
import { renderIptables } from '../../../src/firewall/iptables/render.js';
import { firewallNames } from '../../../src/firewall/names.js';
import { crowd, dualNetwork, guardedEndpoint, models, modelWith } from './models.js';

const names = firewallNames('/run/netplumb');

test.each(Object.entries(models))('%s', async (name, model) => {
  const { ipv4, ipv6 } = renderIptables(model, names);
  const file = `iptables/${name.replaceAll(/\W+/g, '-')}.txt`;
  await expect(`# IPv4\n${ipv4}\n# IPv6\n${ipv6}`).toMatchFileSnapshot(file);
});

test('run directories have chains of their own, whose names are not too long for the kernel', () => {
  const texts = renderIptables(models.everything, firewallNames('/run/another'));
  const chains = [...`${texts.ipv4}${texts.ipv6}`.matchAll(/^:(\S+)/gm)].map(([, chain]) => chain ?? '');
  expect(chains.every((chain) => /^NP-[0-9A-F]{8}-\w+$/.test(chain))).toBe(true);
  expect(Math.max(...chains.map((chain) => chain.length))).toBeLessThanOrEqual(28);
});

test('an endpoint with a published port costs two rules', () => {
  const [few, many] = [10, 110].map((count) => renderIptables(crowd(count), names).ipv4.split('\n').length);
  expect((many ?? 0) - (few ?? 0)).toBe(200);
});

describe('interfaces', () => {
  function render(name: string): string {
    return renderIptables(modelWith({ endpoints: [guardedEndpoint(dualNetwork(1, { interface: name }), 2)] }), names)
      .ipv4;
  }

  // What the kernel takes as a name: dev_valid_name().
  const interfaceNames = fc
    .string({ unit: 'grapheme-composite', minLength: 1, maxLength: 15 })
    .filter((name) => !/[\s/:]/.test(name) && !name.endsWith('+') && name !== '!' && Buffer.byteLength(name) < 16);

  test('no name reaches beyond its word', () => {
    const usual = render('br-1');
    fc.assert(
      fc.property(interfaceNames, (name) => {
        const text = render(name);
        expect(text.split('\n')).toHaveLength(usual.split('\n').length);
        const quoted = /^-A NETPLUMB-ARRIVING -i (.*) -g NETPLUMB-CHECKED$/m.exec(text)?.[1] ?? '';
        expect(wordsOf(quoted)).toEqual([name]);
      }),
    );
  });

  test.each(['br+', '+', '!'])('%s would mean others as well', (name) => {
    expect(() => render(name)).toThrow(expect.objectContaining({ code: 'EBADIFNAME' }));
  });
});

/** Splits as iptables-restore does (add_param_to_argv). */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (isQuoted && character === '\\') {
      at += 1;
      word += line[at];
    } else if (character === '"') {
      isQuoted = !isQuoted;
    } else if (!isQuoted && character === ' ') {
      words.push(word);
      word = '';
    } else {
      word += character;
    }
  }
  return [...words, word];
}

describe('what iptables-restore says', () => {
  const text = '*filter\n-A FORWARD -m ipvs --ipvs -j DROP\nCOMMIT\n';

  function failed(errors: string) {
    return restoreFailure(text, { code: 2, signal: null, output: '', errors });
  }

  // Captured from 1.8.9, the last from 1.8.9 on a kernel without the table.
  test.each([
    [
      "iptables-nft-restore v1.8.9 (nf_tables): Couldn't load match `nosuch':No such file or directory\n\nError occurred at line: 2\nTry `iptables-nft-restore -h' or 'iptables-nft-restore --help' for more information.\n",
      'the match nosuch of iptables',
    ],
    [
      'Warning: Extension ipvs revision 0 not supported, missing kernel module?\niptables-restore: line 3 failed\n',
      'the extension ipvs of iptables',
    ],
    [
      "iptables-restore v1.8.9 (legacy): iptables-restore: unable to initialize table 'nat'\n\nError occurred at line: 1\n",
      'the table nat of iptables',
    ],
  ])('tells what is missing: %j', (errors, feature) => {
    expect(failed(errors)).toMatchObject({
      code: 'EUNSUPPORTED',
      message: expect.stringContaining(`${feature}: line `),
    });
  });

  test.each([
    [
      "iptables-restore v1.8.9 (legacy): invalid port/service `eighty' specified\nError occurred at line: 2\nTry `iptables-restore -h' or 'iptables-restore --help' for more information.\n",
      "line 2 (-A FORWARD -m ipvs --ipvs -j DROP): invalid port/service `eighty' specified",
    ],
    [
      'iptables-nft-restore v1.8.9 (nf_tables): \nline 2: RULE_APPEND failed (No such file or directory): rule in chain FORWARD\n',
      'RULE_APPEND failed (No such file or directory)',
    ],
    ['', 'exit status 2'],
  ])('tells which line was refused: %j', (errors, said) => {
    expect(failed(errors)).toMatchObject({ code: 'ERULES', message: expect.stringContaining(said) });
  });

  test('tells that a signal has ended it', () => {
    expect(restoreFailure(text, { code: null, signal: 'SIGKILL', output: '', errors: '' }).message).toContain(
      'SIGKILL',
    );
  });
});
