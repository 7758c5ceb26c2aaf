import { NetplumbError, type OwnCode } from '../errors/index.js';
import { errorsIn } from './format/error.js';

/** What was asked for could not be understood. */
const usageCodes: ReadonlySet<string> = new Set<OwnCode>([
  'EUSAGE',
  'EBADOPTION',
  'EBADNAME',
  'EBADIFNAME',
  'EBADHOSTNAME',
  'EBADADDR',
  'EBADCIDR',
  'EBADMAC',
  'EBADMTU',
  'EBADPID',
  'EBADPORT',
  'EBADMODE',
]);

/**
 * The exit status of a failure: 1, and 2 for wrong usage. Under `run`, where any small number may be the command's own:
 * 125, and 126 and 127 for a command that is not executable and not found, as `docker run` has it.
 */
export function exitStatusOf(error: Error, isRun: boolean): number {
  const codes = errorsIn(error).map((one) => (one instanceof NetplumbError ? one.code : ''));
  if (!isRun) {
    return codes.every((code) => usageCodes.has(code)) ? 2 : 1;
  }
  if (codes.includes('ENOCOMMAND')) {
    return 127;
  }
  return codes.includes('ENOTEXECUTABLE') ? 126 : 125;
}
