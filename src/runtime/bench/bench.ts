import { parseMode, type Reference } from '../../address/index.js';
import { parseWhole } from '../../address/whole-number.js';
import { newError } from '../../errors/index.js';
import { examineHost, type HostOptions, type NetworkSpec } from '../../host/index.js';
import { readOptions } from '../../host/options.js';
import { Definitions, type NetworkRecord } from '../../store/index.js';
import { type ApartOptions, measureApart } from './apart.js';
import type { Job } from './job.js';
import { limitsOf } from './limits.js';
import type { BenchOptions, BenchReport } from './report.js';

/** Two are measured one by one and at once; more than a network of any driver holds need not be tried. */
const fewest = 2;
const most = 100_000;

/**
 * Measures what a host can do, in a network namespace, a run directory and a mount namespace of its own: how long attaching
 * takes, step by step, how many a second are attached and detached, and what keeps that from being more. Of the host itself
 * only the options are heeded, the definition of the network that is named is read, and doctor has a look at its limits. Throws
 * EBADOPTION, EBADMODE, ENONETWORK, EABORTED, ENOBENCH, what is wrong with the host's options, and what attaching throws.
 */
export async function bench(options: BenchOptions, host: HostOptions, apart: ApartOptions = {}): Promise<BenchReport> {
  const job = readJob(options, host, readOptions(host, process.env).stateDir);
  const figures = await measureApart(job, apart);
  return { ...figures, limits: limitsOf(figures, await examineHost(host)) };
}

/** Throws EBADOPTION, EBADMODE, ENONETWORK, and what is wrong with definitions. */
export function readJob(
  { count = 1000, network, publish = false }: BenchOptions,
  host: HostOptions,
  stateDir: string,
): Job {
  const { runDir, stateDir: _, netns, bridge, ...own } = host;
  if (parseWhole(count, fewest, most) === undefined) {
    throw newError('EBADOPTION', {
      option: 'count',
      value: count,
      reason: `it is no number from ${fewest} to ${most}`,
    });
  }
  return { host: own, count, network: networkNamed(network ?? 'bridge', stateDir), publish };
}

function networkNamed(text: string, stateDir: string): Job['network'] {
  const mode = parseMode(text);
  switch (mode.kind) {
    case 'bridge':
    case 'none':
      return mode.kind;
    case 'network':
      return likeNetwork(findNetwork(mode.network, stateDir));
    default:
      throw newError('EBADOPTION', { option: 'network', value: text, reason: 'nothing is made in this mode' });
  }
}

function findNetwork({ text, idPrefix }: Reference, stateDir: string): NetworkRecord {
  const { networks } = new Definitions(stateDir).load();
  const found =
    networks.find(({ name }) => name === text) ??
    networks.find(({ id }) => idPrefix !== undefined && id.startsWith(idPrefix));
  if (!found) {
    throw newError('ENONETWORK', { network: text });
  }
  return found;
}

/** One like it, on another host. */
export function likeNetwork({ name, driver, subnets, internal, ipv6, options }: NetworkRecord): NetworkSpec {
  return {
    ...{ name, driver, internal, ipv6, options },
    subnet: subnets.map(({ subnet }) => subnet),
    gateway: subnets.flatMap(({ gateway }) => gateway ?? []),
    ipRange: subnets.flatMap(({ range }) => range ?? []),
    auxAddress: Object.assign({}, ...subnets.map(({ auxiliary }) => auxiliary)),
  };
}
