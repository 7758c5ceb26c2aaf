import { type HostOptions, readOptions } from '../options.js';
import { diagnose } from './diagnose.js';
import type { Finding } from './finding.js';
import { gatherFacts, type Subject } from './gather/index.js';

export type { Finding, FindingId, FindingLevel } from './finding.js';
export type { Subject } from './gather/index.js';

/**
 * Looks at a host and says what to do about what it finds; changes nothing. Works where the host cannot be opened, too: why
 * it cannot is a finding. Throws what is wrong with the options.
 */
export async function examineHost(options: HostOptions = {}): Promise<Finding[]> {
  return examine(readOptions(options, process.env));
}

/** The same with options that were read. */
export async function examine(subject: Subject): Promise<Finding[]> {
  return diagnose(await gatherFacts(subject));
}
