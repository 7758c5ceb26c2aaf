import type { ProcessFacts } from '../facts.js';
import { textOf } from './files.js';

/** Every user id there is, each meaning itself: only the machine's first user namespace has that map. */
const wholeMap = /^\s*0\s+0\s+4294967295$/;

/** Looks at the calling process. */
export function gatherProcess(): ProcessFacts {
  const [, capabilities] = /^CapEff:\s*([0-9a-f]+)$/m.exec(textOf('/proc/self/status') ?? '') ?? [];
  const [, openFiles] = /^Max open files\s+(\d+|unlimited)\s/m.exec(textOf('/proc/self/limits') ?? '') ?? [];
  const map = textOf('/proc/self/uid_map');
  return {
    ...(capabilities !== undefined && { capabilities: BigInt(`0x${capabilities}`) }),
    ...(openFiles !== undefined && {
      openFiles: openFiles === 'unlimited' ? Number.POSITIVE_INFINITY : Number(openFiles),
    }),
    ...(map !== undefined && { inFirstUserNamespace: wholeMap.test(map) }),
  };
}
