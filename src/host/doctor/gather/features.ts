import {
  type Connection,
  failureToError,
  type LinkSettings,
  newLink,
  type Plan,
  type PlanOutcome,
} from '../../../netlink/index.js';
import type { Ability, FeatureFacts } from '../facts.js';
import { problemOf } from './problem.js';

/** Index of the link that others are made on. */
const lower = 10;

const bridge: LinkSettings = { index: lower, name: 'lower', info: { kind: 'bridge' } };

/** By kind, the links that are made to see whether it is there; the last is of that kind. */
const samples: Readonly<Record<string, readonly LinkSettings[]>> = {
  veth: [{ name: 'sample', info: { kind: 'veth' } }],
  bridge: [{ name: 'sample', info: { kind: 'bridge' } }],
  macvlan: [bridge, { name: 'sample', link: lower, info: { kind: 'macvlan' } }],
  dummy: [{ name: 'sample', info: { kind: 'dummy' } }],
  vxlan: [{ name: 'sample', info: { kind: 'vxlan', data: { id: 1 } } }],
};

/**
 * Tries what the kernel can do, each in a new namespace that is gone with all that is in it when it was tried. As when an
 * endpoint is made, the kernel may load a module for it.
 */
export async function gatherFeatures(connection: Connection): Promise<FeatureFacts> {
  try {
    return featuresOf(await connection.carryOut([emptyPlan, ...Object.values(samples).map(samplePlan)]));
  } catch (error) {
    return { ...unknownFeatures, namespaces: problemOf(error) };
  }
}

function featuresOf([made, ...outcomes]: readonly PlanOutcome[]): FeatureFacts {
  const links = Object.keys(samples).map((kind, i) => [kind, abilityOf(outcomes[i])] as const);
  return {
    namespaces: made?.error ? problemOf(failureToError(made.error)) : 'yes',
    cookies: made?.error ? 'unknown' : made?.cookie === 0n ? 'no' : 'yes',
    links: Object.fromEntries(links),
  };
}

/** What there is to be known without a connection. */
export const unknownFeatures: FeatureFacts = { namespaces: 'unknown', cookies: 'unknown', links: {} };

/** With a parameter that is set in every sandbox: /proc/sys may be out of reach. */
const emptyPlan: Plan = {
  sandbox: { create: true },
  sysctls: [{ path: 'ipv6/conf/default/accept_ra', value: '0', optional: true }],
  steps: [],
};

function samplePlan(links: readonly LinkSettings[]): Plan {
  const steps = links.map((link, i) => ({
    name: i === links.length - 1 ? 'sample' : 'lower',
    inside: true,
    requests: [newLink(link)],
    undo: [],
  }));
  return { sandbox: { create: true }, sysctls: [], steps };
}

function abilityOf(outcome: PlanOutcome | undefined): Ability {
  if (outcome && !outcome.error) {
    return 'yes';
  }
  // rtnl_newlink in net/core/rtnetlink.c: no such kind, and no module for it.
  const isUnknownKind = outcome?.error && failureToError(outcome.error).code === 'EOPNOTSUPP';
  return isUnknownKind && outcome.failedStep === 'sample' ? 'no' : 'unknown';
}
