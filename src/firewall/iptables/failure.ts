import { type NetplumbError, newError } from '../../errors/index.js';
import type { ToolOutcome } from '../../netlink/index.js';

/** What `iptables-restore` says when it, or the kernel, has no such thing; the nft variant says the first only. */
const missing: readonly [RegExp, (...found: string[]) => string][] = [
  [/Extension (\S+) revision \d+ not supported/, (name) => `the extension ${name} of iptables`],
  [/Couldn't load (match|target) `([^']+)'/, (kind, name) => `the ${kind} ${name} of iptables`],
  [
    /(?:unable to initialize table '|can't initialize \S+ table `)([^']+)'(?!: Permission)/,
    (name) => `the table ${name} of iptables`,
  ],
  [/(?:Protocol|Operation|Address family) not supported/, () => 'iptables'],
];

/** Why the text was refused. */
export function restoreFailure(text: string, { code, signal, errors }: ToolOutcome): NetplumbError {
  const said = withoutFrills(errors) || (signal === null ? `exit status ${code}` : `ended by ${signal}`);
  const reason = `${placeOf(text, errors)}${said}`;
  for (const [pattern, name] of missing) {
    const [found, ...words] = pattern.exec(errors) ?? [];
    if (found !== undefined) {
      return newError('EUNSUPPORTED', { feature: `${name(...words)}: ${reason}` });
    }
  }
  return newError('ERULES', { table: 'iptables', reason });
}

/** The line of the text that it complains about; the legacy variant often means the whole table, whose last line it then names. */
function placeOf(text: string, errors: string): string {
  const number = Number(/\bline:? (\d+)/.exec(errors)?.[1] ?? 0);
  const line = text.split('\n')[number - 1];
  return line === undefined ? '' : `line ${number} (${line}): `;
}

function withoutFrills(errors: string): string {
  return errors
    .split('\n')
    .map((line) => line.replace(/^ip6?tables\S* (v\S+ \([^)]*\))?:? ?/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('Try `') && !line.startsWith('Error occurred at line'))
    .join('; ');
}
