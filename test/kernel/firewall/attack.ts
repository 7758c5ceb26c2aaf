import { outsideAddress } from './cases.js';
import { udpFrame } from './frames.js';
import type { Frame } from './prober.js';
import type { Family, Inhabitant, Neighbourhood, Scene } from './scene.js';

/** What somebody sends who should not, and who would hear of it. */
export interface Attack {
  readonly name: string;
  /** The title of the network that is attacked, or whose sandbox attacks. */
  readonly on: string;
  /** What bears the text. */
  frame(field: Field, text: string): Frame;
  /** The name of the server or place where it must not arrive. */
  victim(field: Field): string;
}

/** Where an attack takes place: the network that it is about, and another one. */
export interface Field {
  readonly scene: Scene;
  readonly own: Neighbourhood;
  readonly other: Neighbourhood;
}

/** Whither a datagram goes; its source is the sender's own address unless told otherwise. */
export interface Aim {
  readonly to: string;
  readonly port: number;
  readonly as?: string;
}

/** From the machine on the host's first segment, straight to the host's MAC address: no route there can forbid it. */
export function fromOutside(family: Family, aim: (field: Field) => Aim): Attack['frame'] {
  return (field, text) => {
    const { netns, mac, hostMac } = field.scene.segments.outside;
    const { to, port, as = outsideAddress[family] } = aim(field);
    const bytes = udpFrame({ from: mac, to: hostMac }, { source: as, destination: to, port, text });
    return { netns: netns.name, interface: 'eth0', bytes };
  };
}

/** From a sandbox, straight to the MAC address of its network's gateway. */
export function fromSandbox(
  family: Family,
  sender: (field: Field) => readonly [Inhabitant, Neighbourhood],
  aim: (field: Field) => Aim,
): Attack['frame'] {
  return (field, text) => {
    const [{ name, mac, address }, { gatewayMac }] = sender(field);
    const { to, port, as = address[family] } = aim(field);
    const bytes = udpFrame({ from: mac, to: gatewayMac }, { source: as, destination: to, port, text });
    return { netns: name, interface: 'eth0', bytes };
  };
}

/** Sends all of them, and tells the names of those that have got through. */
export async function successful(scene: Scene, other: string, attacks: readonly Attack[]): Promise<string[]> {
  const launched = attacks.map((attack, i) => {
    const field = { scene, own: scene.of(attack.on), other: scene.of(other) };
    // Of one length: no text is the beginning of another.
    const text = `attack-${String(i).padStart(3, '0')}`;
    return { name: attack.name, text, frame: attack.frame(field, text), victim: attack.victim(field) };
  });
  await scene.prober.send(launched.map(({ frame }) => frame));
  const heard = await scene.prober.heard(launched.map(({ text }) => text));
  return launched.flatMap(({ name, victim }, i) => (heard[i]?.includes(victim) ? [name] : []));
}
