import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { codeOf, newError } from '../../errors/index.js';
import { type ToolCall, type ToolOutcome, toolPaths } from '../../netlink/index.js';

/** Runs a program in the host's network namespace: a connection's `runTool`. */
export type Tool = (call: ToolCall) => Promise<ToolOutcome>;

/** Where `iptables-restore` and `ip6tables-restore` may be, whichever variant they stand for. */
export interface IptablesPrograms {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** As distributions install them. */
export const installedIptables: IptablesPrograms = {
  ipv4: toolPaths('iptables-restore'),
  ipv6: toolPaths('ip6tables-restore'),
};

/** Feeds a text to `iptables-restore` of one family. */
export type Restore = (text: string) => Promise<ToolOutcome>;

/**
 * The families that this kernel has, each with its `iptables-restore`, which waits for the lock of iptables and leaves alone what
 * the text does not name. It takes every command of `iptables`, also those that look (`-S`) and test (`-C`).
 */
export function restores(
  tool: Tool,
  programs: IptablesPrograms,
): { family: keyof IptablesPrograms; restore: Restore }[] {
  const families = existsSync('/proc/net/if_inet6') ? (['ipv4', 'ipv6'] as const) : (['ipv4'] as const);
  return families.map((family) => ({ family, restore: (text) => feed(tool, programs[family], text) }));
}

async function feed(tool: Tool, candidates: readonly string[], input: string): Promise<ToolOutcome> {
  try {
    return await tool({ candidates, arguments: ['--noflush', '--wait'], input });
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') {
      throw cause;
    }
    const name = basename(candidates[0] ?? '');
    throw newError('ENOTOOL', { tool: name, tried: candidates.map(dirname).join(', ') }, { cause });
  }
}
