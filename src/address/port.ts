/** What has ports. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

/** A port of a sandbox that it names as served. */
export interface ExposedPort {
  readonly protocol: Protocol;
  readonly port: number;
}

/** A port of a sandbox that is reached on the host. */
export interface PublishedPort extends ExposedPort {
  /** The host's address; `0.0.0.0` and `::` stand for all of their family, none for all of both. */
  readonly hostAddress?: string;
  /** None where no address is translated: it is reached at the sandbox's own address. */
  readonly hostPort?: number;
}

/** Port numbers from the first to the last. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const highestPort = 65535;

/** `80/tcp`. */
export function formatPort({ protocol, port }: ExposedPort): string {
  return `${port}/${protocol}`;
}

/** An address of the host and a port of it, IPv6 in brackets: `0.0.0.0:8080`, `[::1]:8080`. */
export function formatSocket(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * As `docker ps` shows it: `0.0.0.0:8080->80/tcp`; what is reached at all addresses of both families twice, with `, `
 * between; without a port of the host `80/tcp`.
 */
export function formatPublished(published: PublishedPort): string {
  const { hostPort } = published;
  const inside = formatPort(published);
  if (hostPort === undefined) {
    return inside;
  }
  return hostAddresses(published)
    .map((address) => `${formatSocket(address, hostPort)}->${inside}`)
    .join(', ');
}

/** The addresses of the host at which a port is reached, those that stand for all of their family among them. */
export function hostAddresses({ hostAddress }: Pick<PublishedPort, 'hostAddress'>): readonly string[] {
  return hostAddress === undefined ? ['0.0.0.0', '::'] : [hostAddress];
}
