import { NetplumbError, newError } from '../errors/index.js';
import { failureToError } from '../netlink/failure.js';
import { getLink, type Link, type PlanOutcome } from '../netlink/index.js';
import type { Network } from '../network/index.js';
import type { SandboxRecord } from '../store/index.js';
import type { EndpointContext } from './context.js';
import { linksIn } from './links-in.js';
import { describeTarget, type Request } from './spec.js';

/** A failed plan, and what it was for. */
export interface Failure {
  readonly request: Request;
  readonly record: SandboxRecord;
  readonly network: Network | undefined;
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
  const other = context.store.read(({ cookies, sandboxes }) => {
    const holder = cookies.get(String(outcome.cookie));
    return holder === undefined ? undefined : sandboxes.get(holder);
  });
  if (other && other.id !== record.id) {
    return newError('EJOINED', { target, sandbox: other.name }, { cause, step: 'link' });
  }
  const links = await linksIn(context.connection, request);
  const isTaken = links.some(({ name }) => name === endpoint.interface);
  return isTaken ? newError('EIFINUSE', { target, interface: endpoint.interface }, { cause, step: 'link' }) : cause;
}

/** The host's end could not join the bridge: it is full, gone, or another than the one that was found before. */
async function explainPort(
  context: EndpointContext,
  { network }: Failure,
  cause: NetplumbError,
): Promise<NetplumbError> {
  if (!network) {
    return cause;
  }
  const { bridge, bridgeIndex } = network;
  if (cause.code === 'EXFULL') {
    return newError('EBRIDGEFULL', { bridge }, { cause, step: 'port' });
  }
  const link = await context.connection.request<Link>(getLink({ name: bridge })).catch((error) => {
    if (error instanceof NetplumbError && error.code === 'ENODEV') {
      return undefined;
    }
    throw error;
  });
  if (link?.index === bridgeIndex) {
    return cause;
  }
  context.network.forget();
  return newError('ENOBRIDGE', { bridge }, { cause, step: 'port' });
}
