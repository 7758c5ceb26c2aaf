import { type Attack, type Field, fromOutside, fromSandbox } from './attack.js';
import { farAddress, hostAddresses, otherPort, outsideAddress, publishedPort, servicePort } from './cases.js';
import type { Family } from './scene.js';

const plain = 'A network without options';
const internal = 'Internal';
const guarded = 'Spoof guard';
const lost = 'Published on one address';
const loopback = 'Published on the loopback address';

const server = ({ own }: Field) => own.server.name;
const named = (name: string) => () => name;
const neighbour = ({ own }: Field) => [own.neighbour, own] as const;
const stranger = ({ other }: Field) => [other.neighbour, other] as const;
const guest = ({ own }: Field) => [own.server, own] as const;

/** Attacks through the host's routes and translations of addresses. */
export function routedAttacks(family: Family): Attack[] {
  const outside = outsideAddress[family];
  const far = farAddress[family];
  const [host] = hostAddresses[family];
  const toServer =
    (port: number) =>
    ({ own }: Field) => ({ to: own.server.address[family], port });
  const asNeighbour = ({ own }: Field) => own.neighbour.address[family];
  const attacks: readonly (readonly [string, string, Attack['frame'], Attack['victim']])[] = [
    ['a machine outside routes to a published port', plain, fromOutside(family, toServer(publishedPort)), server],
    ['a machine outside routes to another port', plain, fromOutside(family, toServer(otherPort)), server],
    [
      "a machine outside calls a published port at the bridge's address",
      plain,
      fromOutside(family, ({ own }) => ({ to: own.gateway[family], port: own.hostPort })),
      server,
    ],
    [
      'a machine outside routes to another port as if it were a neighbour',
      plain,
      fromOutside(family, (field) => ({ ...toServer(otherPort)(field), as: asNeighbour(field) })),
      server,
    ],
    [
      'a machine outside calls a published port as if it were a neighbour',
      plain,
      fromOutside(family, (field) => ({ to: host, port: field.own.hostPort, as: asNeighbour(field) })),
      server,
    ],
    [
      'a sandbox reaches a published port of another network directly',
      plain,
      fromSandbox(family, stranger, toServer(publishedPort)),
      server,
    ],
    [
      'a sandbox reaches another port of another network',
      plain,
      fromSandbox(family, stranger, toServer(otherPort)),
      server,
    ],
    [
      'a sandbox reaches another network as if it were a neighbour there',
      plain,
      fromSandbox(family, stranger, (field) => ({ ...toServer(otherPort)(field), as: asNeighbour(field) })),
      server,
    ],
    [
      'a sandbox reaches another segment as if it were a machine outside',
      plain,
      fromSandbox(family, neighbour, () => ({ to: far, port: servicePort, as: outside })),
      named('far'),
    ],
    [
      'a sandbox reaches another segment as if it were in another network',
      plain,
      fromSandbox(family, neighbour, ({ other }) => ({
        to: far,
        port: servicePort,
        as: other.neighbour.address[family],
      })),
      named('far'),
    ],
    [
      'a sandbox that is guarded reaches another segment as if it were its neighbour',
      guarded,
      fromSandbox(family, neighbour, ({ own }) => ({ to: far, port: servicePort, as: own.server.address[family] })),
      named('far'),
    ],
    [
      'what a machine outside says to another machine is captured by a published port',
      plain,
      fromOutside(family, ({ own }) => ({ to: far, port: own.hostPort })),
      server,
    ],
    [
      'what a machine outside says to an address that the host has lost is captured by a port published there',
      lost,
      fromOutside(family, ({ own }) => ({ to: hostAddresses[family][1], port: own.hostPort })),
      server,
    ],
    [
      'a machine outside has the host forward to its other segment',
      plain,
      fromOutside(family, () => ({ to: far, port: servicePort })),
      named('far'),
    ],
    [
      'a sandbox of an internal network reaches a machine outside by a route of its own',
      internal,
      fromSandbox(family, guest, () => ({ to: outside, port: servicePort })),
      named('outside'),
    ],
    [
      "a sandbox of an internal network reaches another of the host's addresses",
      internal,
      fromSandbox(family, guest, () => ({ to: host, port: servicePort })),
      named('host'),
    ],
    [
      "a sandbox of an internal network reaches the host at another bridge's address",
      internal,
      fromSandbox(family, guest, ({ other }) => ({ to: other.gateway[family], port: servicePort })),
      named('host'),
    ],
    [
      'a sandbox of an internal network reaches a published port of another',
      internal,
      fromSandbox(family, guest, ({ other }) => ({ to: host, port: other.hostPort })),
      ({ other }) => other.server.name,
    ],
    [
      'a sandbox of an internal network reaches another network',
      internal,
      fromSandbox(family, guest, ({ other }) => ({ to: other.server.address[family], port: otherPort })),
      ({ other }) => other.server.name,
    ],
    ['a machine outside routes to an internal network', internal, fromOutside(family, toServer(otherPort)), server],
    ['a sandbox reaches an internal network', internal, fromSandbox(family, stranger, toServer(otherPort)), server],
  ];
  return attacks.map(([name, on, frame, victim]) => ({ name: `IPv${family}: ${name}`, on, frame, victim }));
}

/** Those on 127.0.0.1, for which a host without protection takes packets once `route_localnet` is on. IPv6 has no such thing. */
export const loopbackAttacks: readonly Attack[] = [
  {
    name: "a machine outside calls a port that is published on the host's loopback address",
    on: loopback,
    frame: fromOutside(4, ({ own }) => ({ to: '127.0.0.1', port: own.hostPort })),
    victim: server,
  },
  {
    name: "a sandbox calls a port that is published on the host's loopback address",
    on: loopback,
    frame: fromSandbox(4, stranger, ({ own }) => ({ to: '127.0.0.1', port: own.hostPort })),
    victim: server,
  },
  {
    name: 'a sandbox calls what the host serves on its loopback address',
    on: plain,
    frame: fromSandbox(4, neighbour, () => ({ to: '127.0.0.1', port: servicePort })),
    victim: named('host'),
  },
];
