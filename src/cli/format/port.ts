import { formatPort, formatSocket, hostAddresses, type PublishedPort } from '../../address/index.js';

/** Published ports as `docker port` shows them, one address of the host a line: `80/tcp -> 0.0.0.0:8080`. */
export function formatPorts(ports: readonly PublishedPort[]): string {
  return inOrder(ports)
    .flatMap((port) => {
      const inside = formatPort(port);
      const sockets = socketsOf(port);
      return sockets.length === 0 ? [inside] : sockets.map((socket) => `${inside} -> ${socket}`);
    })
    .map(lineOf)
    .join('');
}

/** Where they are reached on the host: `0.0.0.0:8080`. */
export function formatHostPorts(ports: readonly PublishedPort[]): string {
  return ports.flatMap(socketsOf).map(lineOf).join('');
}

function socketsOf(port: PublishedPort): string[] {
  const { hostPort } = port;
  return hostPort === undefined ? [] : hostAddresses(port).map((address) => formatSocket(address, hostPort));
}

function inOrder(ports: readonly PublishedPort[]): readonly PublishedPort[] {
  return ports.toSorted((one, other) => one.port - other.port || one.protocol.localeCompare(other.protocol));
}

function lineOf(text: string): string {
  return `${text}\n`;
}
