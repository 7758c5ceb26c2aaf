import type { CommanderError } from 'commander';
import { type NetplumbError, newError } from '../errors/index.js';

/** What commander objects to, as an error of ours; nothing when it has only shown help. */
export function usageError({ code, exitCode, message }: CommanderError): NetplumbError | undefined {
  if (exitCode === 0) {
    return undefined;
  }
  if (code === 'commander.help') {
    return newError('EUSAGE', { problem: 'a command is missing' });
  }
  // "error: unknown option '--nam'\n(Did you mean --name?)"
  const [problem = '', suggestion] = message.split('\n');
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1');
  return newError('EUSAGE', { problem: problem.replace(/^error: /, '') }, hint === undefined ? {} : { hint });
}
