import { linkLocalFromMac } from '../../../src/address/index.js';
import type { Attack, Field } from './attack.js';
import { otherPort } from './cases.js';
import { arpReply, broadcast, neighbourAdvertisement, routerAdvertisement, strangeFrame, udpFrame } from './frames.js';
import { families } from './scene.js';

/** A MAC address of nobody's. */
const forgedMac = '02:42:c0:ff:ee:01';

/** What a sandbox sends to its neighbour, given its own MAC address, the neighbour's, and a text. */
type Bytes = (field: Field, text: string) => Buffer;

/** The place in the sandbox that is attacked: what it is called when one listens there. */
export const doorOf = ({ own }: Pick<Field, 'own'>) => `${own.server.name} eth0`;

const ethernet = ({ own }: Field) => ({ from: own.neighbour.mac, to: own.server.mac });
const toAll = ({ own }: Field) => ({ from: own.neighbour.mac, to: broadcast });

/** Everything that neighbours on one bridge hear of each other. */
export function whispers(on: string): Attack[] {
  const sent: readonly (readonly [string, Bytes])[] = [
    ['a frame of no known protocol', (field, text) => strangeFrame(ethernet(field), text)],
    ['a frame of no known protocol to all', (field, text) => strangeFrame(toAll(field), text)],
    [
      'ARP',
      (field, text) => {
        const { address, mac } = field.own.neighbour;
        return arpReply(toAll(field), address[4], mac, text);
      },
    ],
    [
      'an IPv6 neighbour advertisement',
      (field, text) => {
        const { address, mac } = field.own.neighbour;
        return neighbourAdvertisement(mac, address[6], address[6], mac, text);
      },
    ],
    ...families.map((family): readonly [string, Bytes] => [
      `an IPv${family} datagram`,
      (field, text) => udpFrame(ethernet(field), between(field, family, text)),
    ]),
    ...families.map((family): readonly [string, Bytes] => [
      `an IPv${family} datagram to the MAC address of all`,
      (field, text) => udpFrame(toAll(field), between(field, family, text)),
    ]),
  ];
  return sent.map((one) => fromNeighbour(on, one));
}

/** What a sandbox says in another's name. */
export function forgeries(on: string): Attack[] {
  const sent: readonly (readonly [string, Bytes])[] = [
    ['a forged MAC address', (field, text) => strangeFrame({ ...ethernet(field), from: forgedMac }, text)],
    [
      "ARP for the gateway's address",
      (field, text) => arpReply(toAll(field), field.own.gateway[4], field.own.neighbour.mac, text),
    ],
    [
      "ARP for its own address at another's MAC address",
      (field, text) => arpReply(toAll(field), field.own.neighbour.address[4], forgedMac, text),
    ],
    [
      "an IPv6 neighbour advertisement for the gateway's address, in its own name",
      (field, text) => {
        const { address, mac } = field.own.neighbour;
        return neighbourAdvertisement(mac, address[6], field.own.gateway[6], mac, text);
      },
    ],
    [
      "an IPv6 neighbour advertisement for the gateway's address, in the name of its link-local address",
      (field, text) => {
        const { mac } = field.own.neighbour;
        return neighbourAdvertisement(mac, linkLocalFromMac(mac), field.own.gateway[6], mac, text);
      },
    ],
    [
      'a router advertisement',
      (field, text) => routerAdvertisement(field.own.neighbour.mac, linkLocalFromMac(field.own.neighbour.mac), text),
    ],
    ...families.flatMap((family): readonly (readonly [string, Bytes])[] => [
      [
        `an IPv${family} datagram with a forged address of the network`,
        (field, text) => {
          const source = family === 4 ? nextTo(field.own.gateway[4]) : `${field.own.gateway[6]}00`;
          return udpFrame(ethernet(field), { ...between(field, family, text), source });
        },
      ],
      [
        `an IPv${family} datagram with the address of the gateway`,
        (field, text) =>
          udpFrame(ethernet(field), { ...between(field, family, text), source: field.own.gateway[family] }),
      ],
    ]),
  ];
  return sent.map((one) => fromNeighbour(on, one));
}

function fromNeighbour(on: string, [name, bytes]: readonly [string, Bytes]): Attack {
  const frame: Attack['frame'] = (field, text) => ({
    netns: field.own.neighbour.name,
    interface: 'eth0',
    bytes: bytes(field, text),
  });
  return { name, on, frame, victim: doorOf };
}

function between({ own }: Field, family: 4 | 6, text: string) {
  const { server, neighbour } = own;
  return { source: neighbour.address[family], destination: server.address[family], port: otherPort, text };
}

/** An address of the same subnet that nobody has. */
function nextTo(address: string): string {
  return address.replace(/\d+$/, '99');
}
