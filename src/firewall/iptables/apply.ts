import type { FirewallModel } from '../model.js';
import type { FirewallNames } from '../names.js';
import { restoreFailure } from './failure.js';
import { isInForce, jumpLine, presentJumps } from './listing.js';
import { type IptablesTexts, renderIptables } from './render.js';
import { type IptablesPrograms, installedIptables, type Restore, restores, type Tool } from './restore.js';

/**
 * Puts texts of `renderIptables` into force: one program for each family, two more when a jump to our chains is missing. Each table
 * changes in one go; rules of others stay as and where they are. To be called by one at a time (see lock.ts), with texts made
 * meanwhile: of two the later would stay, not the newer.
 *
 * Throws ENOTOOL when iptables is not installed, EUNSUPPORTED when it or the kernel lacks something, ERULES with the line that was
 * refused.
 */
export async function applyIptables(tool: Tool, texts: IptablesTexts, programs = installedIptables): Promise<void> {
  await withAll(tool, programs, (restore, family) => load(restore, texts[family]));
}

/** Whether texts of `renderIptables` are in force as they are. Throws ENOTOOL. */
export async function isIptablesIntact(
  tool: Tool,
  texts: IptablesTexts,
  programs = installedIptables,
): Promise<boolean> {
  const found = await withAll(tool, programs, (restore, family) => isInForce(restore, texts[family]));
  return found.every((isIntact) => isIntact);
}

/** Takes everything of ours away; can be repeated. Throws as `applyIptables` does. */
export async function removeIptables(tool: Tool, names: FirewallNames, programs = installedIptables): Promise<void> {
  const texts = renderIptables(nothing, names);
  await withAll(tool, programs, (restore, family) => unload(restore, texts[family]));
}

const nothing: FirewallModel = {
  networks: [],
  segments: [],
  endpoints: [],
  links: [],
  sealed: { ipv4: false, ipv6: false },
};

/** Both families at once; the first error counts when both have ended. */
async function withAll<Result>(
  tool: Tool,
  programs: IptablesPrograms,
  work: (restore: Restore, family: keyof IptablesTexts) => Promise<Result>,
): Promise<Result[]> {
  const ended = await Promise.allSettled(restores(tool, programs).map(({ restore, family }) => work(restore, family)));
  return ended.map((one) => {
    if (one.status === 'rejected') {
      throw one.reason;
    }
    return one.value;
  });
}

/** The text is refused as a whole table when a jump is missing that it tests for; then it makes those that are missing. */
async function load(restore: Restore, text: string): Promise<void> {
  const tested = await restore(text.replaceAll(jumpLine, '-C $1 $2'));
  if (tested.code === 0) {
    return;
  }
  const present = new Set(await presentJumps(restore, text));
  const completed = text.replaceAll(jumpLine, (line, chain, target) =>
    present.has(`-A ${chain} ${target}`) ? '' : line,
  );
  await must(restore, completed);
}

/** Chains are made where there are none, since those that are not there can be neither emptied nor removed. */
async function unload(restore: Restore, text: string): Promise<void> {
  const jumps = await presentJumps(restore, text);
  const emptied = text.replaceAll(/^-A .*\n/gm, '').replaceAll(jumpLine, (_, chain, target) =>
    jumps
      .filter((jump) => jump === `-A ${chain} ${target}`)
      .map((jump) => jump.replace('-A', '-D'))
      .join('\n'),
  );
  const tables = emptied.split(/(?<=^COMMIT\n)/m).reverse();
  await must(restore, tables.map(withRemoval).join(''));
}

/** Nothing leads to the chains of a table any more, nor from one to another. */
function withRemoval(table: string): string {
  const chains = [...table.matchAll(/^:(\S+)/gm)].map(([, chain]) => `-X ${chain}\n`);
  return table.replace(/^COMMIT$/m, `${chains.join('')}COMMIT`);
}

async function must(restore: Restore, text: string): Promise<void> {
  const outcome = await restore(text);
  if (outcome.code !== 0) {
    throw restoreFailure(text, outcome);
  }
}
