import { NetplumbError, newError } from '../errors/index.js';
import { failureToError } from '../netlink/failure.js';
import { getLink, type Link, listLinks, type PlanOutcome } from '../netlink/index.js';
import type { SandboxRecord } from '../store/index.js';
import type { EndpointContext } from './context.js';
import { describeTarget, netnsRef, type Request } from './spec.js';

/** A failed plan, and what it was for. */
export interface Failure {
  readonly request: Request;
  readonly record: SandboxRecord;
  readonly bridge: string | undefined;
  readonly outcome: PlanOutcome;
}

/** Why the plan failed, in the words of what was asked: the kernel only knows numbers and names. */
export async function explain(context: EndpointContext, failure: Failure): Promise<NetplumbError> {
  const { outcome, record } = failure;
  const step = outcome.failedStep;
  if (!outcome.error) {
    throw new TypeError('a plan that did not fail needs no explanation');
  }
  const kernel = failureToError(outcome.error, { step, object: `sandbox ${record.name}` });
  if (step === 'namespace') {
    return explainNamespace(failure, kernel);
  }
  if (step === 'link') {
    return explainLink(context, failure, kernel);
  }
  return step === 'port' ? explainPort(context, failure, kernel) : kernel;
}

function explainNamespace({ request: { target }, record }: Failure, cause: NetplumbError): NetplumbError {
  const details = { cause, step: 'namespace' };
  if (cause.code === 'EEXIST' && record.pin !== undefined) {
    return newError('ENETNSNAME', { path: record.pin }, details);
  }
  if (target.kind === 'pid' && cause.code === 'ESRCH') {
    return newError('ENOPROCESS', { pid: target.pid }, details);
  }
  const isNone = cause.code === 'ENOENT' || cause.code === 'ENOTDIR';
  if (target.kind === 'path' && isNone) {
    return newError('ENOTNETNS', { path: target.path, reason: 'there is no such file' }, details);
  }
  return cause;
}

/** The link could not be made: most likely its name is taken in the sandbox. */
async function explainLink(context: EndpointContext, failure: Failure, cause: NetplumbError): Promise<NetplumbError> {
  const { record, request, outcome } = failure;
  const { endpoint } = record;
  if (cause.code !== 'EEXIST' || !endpoint) {
    return cause;
  }
  const target = describeTarget(request.target);
  const holder = context.store.tables.cookies.get(String(outcome.cookie));
  const other = holder === undefined ? undefined : context.store.tables.sandboxes.get(holder);
  if (other && other.id !== record.id) {
    return newError('EJOINED', { target, sandbox: other.name }, { cause, step: 'link' });
  }
  const links = await linksIn(context, request);
  const isTaken = links.some(({ name }) => name === endpoint.interface);
  return isTaken ? newError('EIFINUSE', { target, interface: endpoint.interface }, { cause, step: 'link' }) : cause;
}

/** The host's end could not join the bridge: it is full, or gone. */
async function explainPort(
  { connection, network }: EndpointContext,
  { bridge }: Failure,
  cause: NetplumbError,
): Promise<NetplumbError> {
  if (bridge === undefined) {
    return cause;
  }
  if (cause.code === 'EXFULL') {
    return newError('EBRIDGEFULL', { bridge }, { cause, step: 'port' });
  }
  const link = await connection.request<Link>(getLink({ name: bridge })).catch((error) => {
    if (error instanceof NetplumbError && error.code === 'ENODEV') {
      return undefined;
    }
    throw error;
  });
  if (link) {
    return cause;
  }
  network.forget();
  return newError('ENOBRIDGE', { bridge }, { cause, step: 'port' });
}

/** The links in a sandbox that is being attached. */
export async function linksIn({ connection }: EndpointContext, { target }: Request): Promise<Link[]> {
  const ref = target.kind === 'none' ? undefined : netnsRef(target);
  return ref && !('create' in ref) ? connection.list<Link>(listLinks(), ref) : [];
}
