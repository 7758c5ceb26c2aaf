import { hostAddresses, otherPort, outsideAddress, publishedPort, servicePort } from './cases.js';
import type { Outcome, Probe } from './prober.js';
import { type Family, type Inhabitant, type Neighbourhood, protocols, type Scene } from './scene.js';
import { type Row, rowsFor } from './table.js';

/** The one whose sandboxes stand for another network's. */
const strangers = 'A network without options';
/** The other network, as that one sees it. */
const strangersOfStrangers = 'Without masquerade';

/** A row of the documentation as the kernel is asked it, and what should come of it. */
interface Question {
  readonly text: string;
  readonly probe: Probe;
  readonly expected: string;
}

/** The address and port behind a cell of the column `to`, and who is expected to answer there. */
interface Destination {
  readonly address: string;
  readonly port: number;
  readonly server: string;
}

/** Everything that the documentation says about a scene's networks, asked at once; what is not as it says. */
export async function contradictions(scene: Scene, filtersBridges: boolean): Promise<string[]> {
  const questions = scene.neighbourhoods.flatMap((one) => questionsAbout(scene, one, filtersBridges));
  const outcomes = await scene.prober.probe(questions.map(({ probe }) => probe));
  return questions.flatMap(({ text, expected }, i) => {
    const found = describe(outcomes[i]);
    const isAsSaid = expected === 'not reached' ? !found.startsWith('reached') : found === expected;
    return isAsSaid ? [] : [`${text}: ${found}, not ${expected}`];
  });
}

function questionsAbout(scene: Scene, neighbourhood: Neighbourhood, filtersBridges: boolean): Question[] {
  const { title } = neighbourhood.given;
  return ([4, 6] as const).flatMap((family) =>
    rowsFor(title, family, filtersBridges).flatMap((row) => {
      if (row.verdict === '–') {
        return [];
      }
      const netns = sourceOf(row, scene, neighbourhood);
      const { address, port, server } = destinationOf(row, family, scene, neighbourhood);
      return protocols.map((protocol) => ({
        text: `${title}, IPv${family}, ${protocol}: ${row.from} → ${row.to}`,
        probe: { netns, family, protocol, address, port },
        expected:
          row.verdict === 'reached' ? `reached ${server} as ${seenOf(row, family, neighbourhood)}` : row.verdict,
      }));
    }),
  );
}

function sourceOf({ from }: Row, scene: Scene, { server, neighbour, linked, given }: Neighbourhood): string {
  const sources: Readonly<Record<string, string | undefined>> = {
    'the host': scene.segments.host.name,
    'another machine': scene.segments.outside.netns.name,
    'the sandbox': server.name,
    'its neighbour': neighbour.name,
    'a linked neighbour': linked?.name,
    'another network': strangersTo(scene, given.title).neighbour.name,
  };
  const source = sources[from];
  if (source === undefined) {
    throw new Error(
      `the documentation speaks of "${from}" under "${given.title}": it is none of ${Object.keys(sources)}`,
    );
  }
  return source;
}

function destinationOf({ to }: Row, family: Family, scene: Scene, neighbourhood: Neighbourhood): Destination {
  const { server, gateway, hostPort, given } = neighbourhood;
  const [first, second] = hostAddresses[family];
  const stranger = strangersTo(scene, given.title);
  const published = { port: hostPort, server: server.name };
  const ofHost = { port: servicePort, server: 'host' };
  const destinations: Readonly<Record<string, Destination>> = {
    "host's address, published port": { address: first, ...published },
    "host's other address, published port": { address: second, ...published },
    'loopback address, published port': { address: family === 4 ? '127.0.0.1' : '::1', ...published },
    "gateway's address, published port": { address: gateway[family], ...published },
    "sandbox's address, port 80": to80(server, family),
    "sandbox's address, another port": { ...to80(server, family), port: otherPort },
    'another machine': { address: outsideAddress[family], port: servicePort, server: 'outside' },
    "host's address, its own service": { address: first, ...ofHost },
    "gateway's address, the host's own service": { address: gateway[family], ...ofHost },
    "another network's published port": { address: first, port: stranger.hostPort, server: stranger.server.name },
    "another network's sandbox": to80(stranger.server, family),
  };
  const destination = destinations[to];
  if (!destination) {
    throw new Error(`the documentation speaks of "${to}": it is none of ${Object.keys(destinations)}`);
  }
  return destination;
}

function to80({ name, address }: Inhabitant, family: Family): Destination {
  return { address: address[family], port: publishedPort, server: name };
}

/** A network with nothing special beside one with that title. */
function strangersTo(scene: Scene, title: string): Neighbourhood {
  return scene.of(title === strangers ? strangersOfStrangers : strangers);
}

/** Whom the server should see: an address, or `itself` for that which the client itself has chosen. */
function seenOf({ sees }: Row, family: Family, { gateway }: Neighbourhood): string {
  const [first, second] = hostAddresses[family];
  const addresses: Readonly<Record<string, string>> = {
    client: 'itself',
    gateway: gateway[family],
    host: first,
    "host's other address": second,
  };
  const address = addresses[sees];
  if (address === undefined) {
    throw new Error(`the documentation has a server see "${sees}": it is none of ${Object.keys(addresses)}`);
  }
  return address;
}

function describe(outcome: Outcome | undefined): string {
  if (outcome?.verdict !== 'reached') {
    return outcome?.verdict === 'unreachable' ? 'no route' : `${outcome?.verdict}`;
  }
  const { server, seen, own } = outcome;
  return `reached ${server} as ${seen === own ? 'itself' : seen}`;
}
