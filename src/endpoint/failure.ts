import { constants } from 'node:os';
import { type NetplumbError, newError } from '../errors/index.js';
import { failureToError } from '../netlink/failure.js';
import type { PlanOutcome } from '../netlink/index.js';
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
  const known = step === 'link' ? await explainLink(context, failure, kernel) : undefined;
  return known ?? (await explainByDriver(context, failure, kernel)) ?? kernel;
}

function explainNamespace({ request, record, outcome }: Failure, cause: NetplumbError): NetplumbError {
  const { target } = request;
  const details = { cause, step: 'namespace' };
  // It would get an `eth0`, a default route through its own bridge, and IPv6 switched off for all interfaces to come.
  if (outcome.error?.operation === 'netns' && outcome.error.errno === constants.errno.EXDEV) {
    const problem = `the network namespace of ${describeTarget(target)} is the host's own: use network "host"`;
    return newError('EUSAGE', { problem }, { ...details, hint: 'A sandbox on a bridge needs a namespace of its own.' });
  }
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
async function explainLink(
  context: EndpointContext,
  failure: Failure,
  cause: NetplumbError,
): Promise<NetplumbError | undefined> {
  const { record, request, outcome } = failure;
  const [endpoint] = record.endpoints;
  if (cause.code !== 'EEXIST' || !endpoint) {
    return undefined;
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
  return isTaken ? newError('EIFINUSE', { target, interface: endpoint.interface }, { cause, step: 'link' }) : undefined;
}

/** The driver knows what its steps can be refused for; it may have found that the network is not as it was. */
async function explainByDriver(
  { networks }: EndpointContext,
  { network, record, outcome: { failedStep } }: Failure,
  cause: NetplumbError,
): Promise<NetplumbError | undefined> {
  const [endpoint] = record.endpoints;
  const explained = endpoint && (await network?.explain?.(failedStep, cause, endpoint));
  if (network && explained) {
    networks.forget(network.record.id);
  }
  return explained;
}
