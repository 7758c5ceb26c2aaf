import type { ExposedPort } from '../../address/index.js';

/** A sandbox that another one has a link to, as it is at the moment. */
export interface LinkedSandbox {
  readonly alias: string;
  /** IPv4, on the network that both are on. */
  readonly address: string;
  /** What it exposes and publishes. */
  readonly ports: readonly ExposedPort[];
  /** Its own variables, `NAME=VALUE`. */
  readonly env: readonly string[];
}

/** Of the linked one's own variables those that say nothing to others, as in Docker (daemon/links). */
const ownAffairs: ReadonlySet<string> = new Set(['HOME', 'PATH']);

/**
 * The variables, `NAME=VALUE`, by which Docker's --link tells the sandbox `client` of those that it has links to ("Legacy container
 * links" in Docker's documents): each port's address by `ALIAS_PORT_80_TCP` and the like, the lowest port's by `ALIAS_PORT` (of tcp
 * and udp with the same number: tcp's), and their own variables by `ALIAS_ENV_NAME`. Where two aliases come to the same prefix the
 * last one counts.
 */
export function linkEnvironment(client: string, linked: readonly LinkedSandbox[]): string[] {
  const variables = new Map(linked.flatMap((one) => variablesOf(client, one)));
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

function variablesOf(client: string, { alias, address, ports, env }: LinkedSandbox): [string, string][] {
  const prefix = alias.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  const sorted = ports.toSorted((one, other) => one.port - other.port || rank(one) - rank(other));
  const urlOf = ({ protocol, port }: ExposedPort) => `${protocol}://${address}:${port}`;
  const [lowest] = sorted;
  return [
    ...(lowest ? [[`${prefix}_PORT`, urlOf(lowest)] as [string, string]] : []),
    ...sorted.flatMap((one): [string, string][] => {
      const name = `${prefix}_PORT_${one.port}_${one.protocol.toUpperCase()}`;
      return [
        [name, urlOf(one)],
        [`${name}_ADDR`, address],
        [`${name}_PORT`, String(one.port)],
        [`${name}_PROTO`, one.protocol],
      ];
    }),
    [`${prefix}_NAME`, `/${client}/${alias}`],
    ...env.flatMap((variable): [string, string][] => {
      const [name = ''] = variable.split('=', 1);
      return ownAffairs.has(name) ? [] : [[`${prefix}_ENV_${name}`, variable.slice(name.length + 1)]];
    }),
  ];
}

function rank({ protocol }: ExposedPort): number {
  return ['tcp', 'udp', 'sctp'].indexOf(protocol);
}
