import { getSystemErrorName } from 'node:util';
import { type EndpointContext, isAbandoned, isForsaken, namespaceOf } from '../endpoint/index.js';
import { getLink, type Link, type PlanOutcome } from '../netlink/index.js';
import type { SandboxRecord } from '../store/index.js';

/** How many namespaces are looked at in one go, so that the engine can do other work in between. */
const chunkSize = 64;

/** Those sandboxes that nobody can use any more: their namespace or their owner is gone. */
export async function findDead(
  context: Pick<EndpointContext, 'connection' | 'owner' | 'working'>,
  records: readonly SandboxRecord[],
  links: readonly Link[],
): Promise<SandboxRecord[]> {
  // Before anything is waited for: what this process is making now may be made, and be no longer `working`, by then.
  const left = new Set(records.filter((record) => isAbandoned(record, context) || isForsaken(record)));
  const settled = records.filter(({ state }) => state === 'ready' || state === 'changing' || state === 'pooled');
  const [cookies, cutOff] = await Promise.all([readCookies(context, settled), findCutOff(context, settled, links)]);
  const isGone = (record: SandboxRecord) => {
    const found = cookies.get(record.id);
    return left.has(record) || cutOff.has(record.id) || (found !== undefined && found !== record.cookie);
  };
  const dead = new Set(records.filter(isGone).map(({ id }) => id));
  const known = new Set(records.map(({ id }) => id));
  const sharesDead = ({ netns }: SandboxRecord) =>
    netns.kind === 'shared' && (dead.has(netns.sandbox) || !known.has(netns.sandbox));
  return records.filter((record) => dead.has(record.id) || sharesDead(record));
}

/**
 * Those of a bare descriptor whose link is gone: nobody can look into the namespace, but its end of the pair would be gone
 * with it, and ours with that. Asked for one by one, since `links` may be older than the record.
 */
async function findCutOff(
  { connection }: Pick<EndpointContext, 'connection'>,
  records: readonly SandboxRecord[],
  links: readonly Link[],
): Promise<Set<string>> {
  const indexes = new Set(links.map(({ index }) => index));
  const suspects = records.flatMap(({ id, netns, endpoints }) => {
    const index = netns.kind === 'fd' ? endpoints[0]?.hostIndex : undefined;
    return index === undefined || indexes.has(index) ? [] : [{ id, index }];
  });
  const answers = await connection.requestAll(suspects.map(({ index }) => getLink({ index })));
  return new Set(suspects.filter((_, i) => answers[i]?.error?.code === 'ENODEV').map(({ id }) => id));
}

/** The cookie of the namespace that each sandbox's file leads to now; 'gone' when it leads nowhere. */
async function readCookies(
  { connection }: Pick<EndpointContext, 'connection'>,
  records: readonly SandboxRecord[],
): Promise<Map<string, string>> {
  const cookies = new Map<string, string>();
  const places = records.flatMap((record) => {
    const sandbox = namespaceOf(record);
    return sandbox ? [{ id: record.id, sandbox }] : [];
  });
  for (let i = 0; i < places.length; i += chunkSize) {
    const chunk = places.slice(i, i + chunkSize);
    const outcomes = await connection.carryOut(chunk.map(({ sandbox }) => ({ sandbox, sysctls: [], steps: [] })));
    chunk.forEach(({ id }, k) => {
      const cookie = cookieOf(outcomes[k]);
      if (cookie !== undefined) {
        cookies.set(id, cookie);
      }
    });
  }
  return cookies;
}

/** Nothing when it cannot be told, as for lack of a privilege or of descriptors: then the sandbox is left alone. */
function cookieOf(outcome: PlanOutcome | undefined): string | undefined {
  if (!outcome?.error) {
    return outcome && String(outcome.cookie);
  }
  const leadsNowhere = ['ENOENT', 'ESRCH', 'EINVAL', 'ENOTDIR'].includes(getSystemErrorName(-outcome.error.errno));
  return leadsNowhere ? 'gone' : undefined;
}
