import { getSystemErrorName } from 'node:util';
import { type EndpointContext, netnsFile } from '../endpoint/index.js';
import type { Link, Plan, PlanOutcome } from '../netlink/index.js';
import { isDead, type SandboxRecord } from '../store/index.js';

/** How many namespaces are looked at in one go, so that the engine can do other work in between. */
const chunkSize = 64;

/** Those sandboxes that nobody can use any more: their namespace or their owner is gone. */
export async function findDead(
  context: EndpointContext,
  records: readonly SandboxRecord[],
  links: readonly Link[],
): Promise<SandboxRecord[]> {
  const cookies = await readCookies(context, records);
  const indexes = new Set(links.map(({ index }) => index));
  const isGone = (record: SandboxRecord) => {
    if (isAbandoned(record, context)) {
      return true;
    }
    if (record.state !== 'ready') {
      return false;
    }
    if (record.netns.kind === 'fd') {
      // Nobody can look into it, but its end of the pair would be gone with it, and ours with that.
      return record.endpoint !== undefined && !indexes.has(record.endpoint.hostIndex);
    }
    const found = cookies.get(record.id);
    return found !== undefined && found !== record.cookie;
  };
  const dead = new Set(records.filter(isGone).map(({ id }) => id));
  const known = new Set(records.map(({ id }) => id));
  const sharesDead = ({ netns }: SandboxRecord) =>
    netns.kind === 'shared' && (dead.has(netns.sandbox) || !known.has(netns.sandbox));
  return records.filter((record) => dead.has(record.id) || sharesDead(record));
}

/** Whether the process that was working on it, or that it was to end with, has ended. */
function isAbandoned({ id, state, bound, owner }: SandboxRecord, { leaving, owner: self }: EndpointContext): boolean {
  if (state === 'leaving') {
    return owner === self ? !leaving.has(id) : isDead(owner);
  }
  return (state === 'pending' || bound) && isDead(owner);
}

/** The cookie of the namespace that each sandbox's file leads to now; 'gone' when it leads nowhere. */
async function readCookies(
  { connection }: EndpointContext,
  records: readonly SandboxRecord[],
): Promise<Map<string, string>> {
  const cookies = new Map<string, string>();
  const followable = records.filter((record) => record.state === 'ready' && netnsFile(record) !== undefined);
  for (let i = 0; i < followable.length; i += chunkSize) {
    const chunk = followable.slice(i, i + chunkSize);
    const outcomes = await connection.carryOut(chunk.map((record) => lookInto(netnsFile(record) ?? '')));
    outcomes.forEach((outcome, k) => {
      const cookie = cookieOf(outcome);
      const id = chunk[k]?.id;
      if (cookie !== undefined && id !== undefined) {
        cookies.set(id, cookie);
      }
    });
  }
  return cookies;
}

/** A plan that changes nothing: its outcome tells which namespace it is. */
function lookInto(path: string): Plan {
  return { sandbox: { path }, sysctls: [], steps: [] };
}

/** Nothing when it cannot be told, as for lack of a privilege or of descriptors: then the sandbox is left alone. */
function cookieOf({ error, cookie }: PlanOutcome): string | undefined {
  if (!error) {
    return String(cookie);
  }
  const leadsNowhere = ['ENOENT', 'ESRCH', 'EINVAL', 'ENOTDIR'].includes(getSystemErrorName(-error.errno));
  return leadsNowhere ? 'gone' : undefined;
}
