import { realpathSync } from 'node:fs';
import { NetplumbError } from '../../../errors/index.js';
import { type FirewallModel, firewallNames, fixedRuleset } from '../../../firewall/index.js';
import { renderIptables } from '../../../firewall/iptables/render.js';
import { type Connection, type ToolOutcome, toolPaths } from '../../../netlink/index.js';
import type { FirewallFacts, Trial } from '../facts.js';
import type { Subject } from './index.js';
import { lackingFeatures } from './rule-samples.js';

/**
 * Has a program in the host's namespace look at a text without applying it. It may not be installed, or not be allowed to be run
 * there.
 */
export type Try = (program: string, text: string) => Promise<ToolOutcome | 'missing' | 'unknown'>;

/** Of tables and chains that are nobody's: those of a run directory are not even looked at. */
const names = firewallNames('doctor');
const nothing: FirewallModel = {
  networks: [],
  segments: [],
  endpoints: [],
  links: [],
  sealed: { ipv4: false, ipv6: false },
};

/** `attempt`: none when the host cannot be opened. */
export async function gatherFirewall(
  { firewall: backend = 'nftables', ipForward = true }: Subject,
  attempt: Try | undefined,
): Promise<FirewallFacts> {
  const common = { backend, switchesForwarding: backend !== 'none' && ipForward };
  if (!attempt || backend === 'none') {
    return { ...common, missingTools: [], rules: 'unknown', guard: 'unknown' };
  }
  const variant = backend === 'iptables' ? variantInstalled() : undefined;
  const missing = new Set<string>();
  const trial = async (program: string, text: string): Promise<Trial> => {
    const outcome = await attempt(program, text);
    if (outcome === 'missing') {
      missing.add(program);
    }
    return typeof outcome === 'object' ? trialOf(outcome) : 'unknown';
  };
  const rules = backend === 'nftables' ? await tryNftables(trial) : await tryIptables(trial);
  const guard = await trial('nft', fixedRuleset(names, ['bridge']));
  return {
    ...common,
    ...(variant && { variant }),
    missingTools: [...missing],
    rules: backend === 'nftables' ? await explained(rules, attempt, 'inet') : rules,
    guard: await explained(guard, attempt, 'bridge'),
  };
}

type TryText = (program: string, text: string) => Promise<Trial>;

function tryNftables(trial: TryText): Promise<Trial> {
  return trial('nft', fixedRuleset(names, ['inet']));
}

/** Both families, the first refusal first. */
async function tryIptables(trial: TryText): Promise<Trial> {
  const { ipv4, ipv6 } = renderIptables(nothing, names);
  const trials = [await trial('iptables-restore', ipv4), await trial('ip6tables-restore', ipv6)];
  return trials.find((one) => typeof one === 'object') ?? (trials.every((one) => one === 'yes') ? 'yes' : 'unknown');
}

/** Who may not make rules may not try either. */
function trialOf({ code, errors }: ToolOutcome): Trial {
  if (code === 0) {
    return 'yes';
  }
  const said = errors.trim().split('\n')[0] ?? '';
  return /Operation not permitted|Permission denied/.test(errors) ? 'unknown' : { said, lacks: [] };
}

async function explained(trial: Trial, attempt: Try, table: 'inet' | 'bridge'): Promise<Trial> {
  return typeof trial === 'object' ? { ...trial, lacks: await lackingFeatures(attempt, table) } : trial;
}

/** Runs programs in the connection's namespace so that they change nothing. */
export function tryIn(connection: Connection): Try {
  return async (program, input) => {
    const flags = program === 'nft' ? ['--check', '--file', '-'] : ['--test', '--noflush'];
    try {
      return await connection.runTool({ candidates: toolPaths(program), arguments: flags, input });
    } catch (error) {
      if (!(error instanceof NetplumbError)) {
        throw error;
      }
      return error.code === 'ENOENT' || error.code === 'EACCES' ? 'missing' : 'unknown';
    }
  };
}

/** By the program that the usual link leads to. */
function variantInstalled(): FirewallFacts['variant'] {
  for (const path of toolPaths('iptables-restore')) {
    try {
      const [, variant] = /xtables-(nft|legacy)-multi$/.exec(realpathSync(path)) ?? [];
      return variant === 'nft' || variant === 'legacy' ? variant : undefined;
    } catch {
      // Not there.
    }
  }
  return undefined;
}
