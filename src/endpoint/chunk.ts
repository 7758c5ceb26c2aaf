import { parseReference } from '../address/index.js';
import { attempt, attemptAsync, newError } from '../errors/index.js';
import type { Plan, PlanOutcome } from '../netlink/index.js';
import { defaultNetworkName, type Network } from '../network/index.js';
import { nobody, type SandboxRecord, type Tables, takeHostIndex, updateSandbox } from '../store/index.js';
import { type AttachResult, attachedOf } from './attached.js';
import { type Claim, clearTheWay } from './clear-the-way.js';
import type { EndpointContext } from './context.js';
import { detachRecords } from './detach.js';
import { explain } from './failure.js';
import { forgetSandbox } from './forget.js';
import { indexConflict } from './index-conflict.js';
import { recordIntent } from './intent.js';
import { withLimit } from './limits.js';
import { closeNames, isLinkedTo, openNames, tellNames } from './open-names.js';
import { openSegments } from './open-segments.js';
import { closeServices, closeStaleLinks, type Opening, openServices } from './open-services.js';
import { firstIndex, planSandbox } from './plan.js';
import { shelve } from './pooled.js';
import {
  endTraces,
  isReached,
  looksUp,
  noteTogether,
  type Timed,
  timed,
  traceClaims,
  traceEngine,
} from './shared-steps.js';
import { type AttachSpec, hasNamespace, type Request, readSpec } from './spec.js';
import { packTimes } from './timings.js';
import type { AttachTrace, Trace } from './tracing.js';

/** So many are recorded and planned in one turn of the event loop, more in two. */
const few = 4;

/** One sandbox of a chunk, as it was asked for. */
export interface Entry {
  readonly spec: AttachSpec;
  readonly signal: AbortSignal | undefined;
  /** performance.now() of the call. */
  readonly called: number;
  /** Of one that is built ahead: which entries of a pool it will be like (PoolMark). */
  readonly shape?: string | undefined;
  /** Where somebody listens; ended with the result. */
  readonly trace?: Trace<AttachTrace> | undefined;
}

/** One whose intent is on record. */
interface Recorded extends Opening, Timed {
  readonly request: Request;
}

/**
 * Attaches sandboxes together: intents in one transaction, plans in one batch for the engine, completed records in
 * another transaction. One result for each, in order; one that fails leaves nothing and does not touch the others.
 */
export function attachChunk(context: EndpointContext, entries: readonly Entry[]): Promise<AttachResult[]> {
  return endTraces(entries, attachTogether(context, entries));
}

async function attachTogether(context: EndpointContext, entries: readonly Entry[]): Promise<AttachResult[]> {
  const requests = entries.map((entry) => attempt(() => readEntry(entry)));
  const claims = await withNetworks(context, requests);
  traceClaims(entries, claims);
  await clearTheWay(
    context,
    claims.filter((claim): claim is Claim => !(claim instanceof Error)),
  );
  const recorded = recordIntents(context, entries, claims);
  const results = await carryOut(
    context,
    recorded.filter((one): one is Recorded => !(one instanceof Error)),
  );
  let next = 0;
  return recorded.map((one) => (one instanceof Error ? { error: one } : explained(results[next++] as AttachResult)));
}

function explained(result: AttachResult): AttachResult {
  return result.error ? { error: withLimit(result.error) } : result;
}

function readEntry({ spec, signal, shape }: Entry): Request {
  if (signal?.aborted) {
    throw newError('EABORTED', {}, { cause: signal.reason });
  }
  const request = readSpec(spec);
  return shape === undefined ? request : { shape, ...request };
}

/** Each request with the network that it is to join; each network is looked up and made ready once. */
async function withNetworks(
  { networks }: EndpointContext,
  requests: readonly (Request | Error)[],
): Promise<(Claim | Error)[]> {
  const names = new Set(requests.flatMap((request) => (request instanceof Error ? [] : (networkNamed(request) ?? []))));
  const ready = new Map<string, Network | Error>();
  for (const name of names) {
    ready.set(name, await attemptAsync(() => networks.ready(parseReference(name, 'network'))));
  }
  return requests.map((request) => {
    const name = request instanceof Error ? undefined : networkNamed(request);
    const network = name === undefined ? undefined : ready.get(name);
    if (request instanceof Error || network instanceof Error) {
      return request instanceof Error ? request : (network as Error);
    }
    return { request, network };
  });
}

function networkNamed({ mode }: Request): string | undefined {
  if (mode.kind === 'network') {
    return mode.network.text;
  }
  return mode.kind === 'bridge' ? defaultNetworkName : undefined;
}

/** The first transaction: what cannot be recorded is an error, what is recorded will be made. */
function recordIntents(
  context: EndpointContext,
  entries: readonly Entry[],
  claims: readonly (Claim | Error)[],
): (Recorded | Error)[] {
  const begun = performance.now();
  const recordOne = (tables: Tables, { request, network }: Claim) => {
    context.store.demandRoom();
    const record = recordIntent(tables, request, network, context);
    const elements = context.firewall.elementsOf(tables, record);
    return { request, network, record, elements, wishes: request.service.publish, refused: new Set<string>() };
  };
  const recorded = context.store.transaction(
    (tables) => claims.map((claim) => (claim instanceof Error ? claim : attempt(() => recordOne(tables, claim)))),
    { isOfMany: claims.length > 1 },
  );
  const noted = recorded.map((one, i): Recorded | Error => {
    const { called = 0, trace } = entries[i] ?? {};
    const queue = 1000 * (begun - called);
    trace?.step('queue', called, queue);
    return one instanceof Error ? one : { trace, microseconds: { queue }, ...one };
  });
  const ours = noted.filter((one): one is Recorded => !(one instanceof Error));
  noteTogether('state', ours, begun);
  return noted;
}

/** The engine's part and the second transaction. */
async function carryOut(context: EndpointContext, recorded: readonly Recorded[]): Promise<AttachResult[]> {
  for (const { record } of recorded) {
    context.working.add(record.id);
  }
  const results = await attemptAsync(() => performAll(context, recorded));
  for (const { record } of recorded) {
    context.working.delete(record.id);
  }
  if (results instanceof Error) {
    // The records could not be completed: nothing that was made may stay. What cannot be removed now is for gc.
    const records = recorded.map(({ record }) => record);
    await attemptAsync(() => detachRecords(context, records));
    throw results;
  }
  return results;
}

async function performAll(context: EndpointContext, recorded: readonly Recorded[]): Promise<AttachResult[]> {
  const unnamed = await timed('names', recorded.filter(looksUp), () => openNames(context, recorded));
  const own = recorded.filter(({ request }) => hasNamespace(request.target));
  const apart = await openSegments(own);
  const reachable = own.filter((one) => !unnamed.has(one) && !apart.has(one));
  const unserved = await timed('rules', reachable.filter(isReached), () => openServices(context, reachable));
  const closed = new Map([...unnamed, ...apart, ...unserved]);
  const planned = own.filter((one) => !closed.has(one));
  const outcomes = planned.length === 0 ? [] : await perform(context, planned);
  traceEngine(planned, outcomes);
  const outcomeOf = new Map(planned.map((one, i) => [one, outcomes[i] as PlanOutcome | Error]));
  const failures = await Promise.all(
    planned.map((one, i) => failureOf(context, one, outcomes[i] as PlanOutcome | Error)),
  );
  const errorOf = new Map<Recorded, Error | undefined>([
    ...closed,
    ...planned.map((one, i) => [one, failures[i]] as const),
  ]);
  const failed = recorded.filter((one) => errorOf.get(one)).map(({ record }) => record);
  const stuck = await attemptAsync(() => closeFailed(context, failed));
  const linkedTo: SandboxRecord[] = [];
  const results = context.store.transaction(
    (tables) => {
      for (const one of recorded.filter((each) => hasNamespace(each.request.target) || errorOf.get(each))) {
        conclude(tables, one, (errorOf.get(one) && stuck) || outcomeOf.get(one));
      }
      linkedTo.push(...planned.map(({ record }) => record).filter((record) => isLinkedTo(tables, record)));
      return recorded.map((one) => {
        const error = errorOf.get(one);
        const outcome = outcomeOf.get(one);
        const times = outcome instanceof Error ? {} : outcome?.times;
        const microseconds = Object.assign(one.microseconds, times);
        return error ? { error } : { attached: attachedOf(tables, one.record, context.store.directory, microseconds) };
      });
    },
    { isOfMany: recorded.length > 1 },
  );
  await closeStaleLinks(context, planned);
  await tellNames(context, linkedTo);
  return results;
}

/** On record they are leaving from here on: nobody who repairs rules brings theirs back. */
async function closeFailed(context: EndpointContext, records: readonly SandboxRecord[]): Promise<void> {
  if (records.length > 0) {
    context.store.transaction((tables) => {
      for (const record of records) {
        updateSandbox(tables, { ...record, state: 'leaving' });
      }
    });
    await closeServices(context, records);
    await closeNames(context, records);
  }
}

/** `outcome`: none where it did not come to a plan. */
function conclude(tables: Tables, { record, microseconds }: Recorded, outcome: PlanOutcome | Error | undefined): void {
  if (outcome instanceof Error || (outcome && outcome.leftovers.length > 0)) {
    // Something could not be taken back, or nobody knows: a repeated detach or gc will find it by its record.
    updateSandbox(tables, { ...record, state: 'leaving', owner: nobody });
  } else if (!outcome || outcome.error) {
    forgetSandbox(tables, record);
  } else {
    const times = packTimes(microseconds) + packTimes(outcome.times);
    const made: SandboxRecord = Object.assign({}, record, { state: 'ready', cookie: String(outcome.cookie), times });
    if (record.pool) {
      shelve(tables, made);
    } else {
      updateSandbox(tables, made, record);
    }
  }
}

/** What became of each plan; an error where even that cannot be told, as when the engine breaks down. */
async function perform(context: EndpointContext, planned: readonly Recorded[]): Promise<(PlanOutcome | Error)[]> {
  if (planned.length > few) {
    await context.turns.next('feeding');
  }
  // Nobody keeps the plans while they are carried out: the collector would have to copy all that are under way.
  const outcomes = await attemptAsync(() =>
    context.connection.carryOut(planned.map((one) => planOf(context, one, firstIndex))),
  );
  // Several chunks may have come back at once.
  await context.turns.next('finishing');
  if (outcomes instanceof Error) {
    return planned.map(() => outcomes);
  }
  return outcomes.every(({ error }) => error === null)
    ? outcomes
    : Promise.all(outcomes.map((outcome, i) => withOtherIndex(context, planned[i] as Recorded, outcome)));
}

function planOf({ connection, store }: EndpointContext, { record, request, network }: Recorded, index: number): Plan {
  if (!hasNamespace(request.target)) {
    throw new TypeError('a sandbox without a namespace has no plan');
  }
  const plan = { directory: store.directory, sandboxSlot: connection.sandboxSlot, index };
  return planSandbox(record, request.target, network, plan);
}

/** The plan again when interface indexes that it asked for turned out to be taken, on the host or in the sandbox. */
async function withOtherIndex(
  context: EndpointContext,
  one: Recorded,
  outcome: PlanOutcome,
): Promise<PlanOutcome | Error> {
  const { connection, store } = context;
  const { request, record } = one;
  const [endpoint] = record.endpoints;
  if (!endpoint) {
    return outcome;
  }
  const conflict = await attemptAsync(() => indexConflict(connection, request, endpoint, outcome));
  if (conflict === undefined || conflict instanceof Error) {
    return outcome;
  }
  one.record = store.transaction((tables) => {
    const hasHostEnd = endpoint.hostIndex !== undefined;
    const hostEnd = hasHostEnd && { hostIndex: takeHostIndex(tables, conflict.takenOnHost) };
    const moved = { ...record, endpoints: [{ ...endpoint, ...hostEnd }] };
    updateSandbox(tables, moved);
    return moved;
  });
  const again = await attemptAsync(() => connection.carryOut([planOf(context, one, conflict.free)]));
  return again instanceof Error ? again : (again[0] ?? outcome);
}

/** Why it failed, if it did. An explanation that cannot be had must not keep the record from being taken back. */
async function failureOf(
  context: EndpointContext,
  { request, record, network }: Recorded,
  outcome: PlanOutcome | Error,
): Promise<Error | undefined> {
  if (outcome instanceof Error) {
    return outcome;
  }
  return outcome.error ? attemptAsync(() => explain(context, { request, record, network, outcome })) : undefined;
}
