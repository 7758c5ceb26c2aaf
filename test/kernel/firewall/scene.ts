import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Host, type HostOptions, type NetworkInfo, openHost } from '../../../src/index.js';
import { run } from '../../support/netns.js';
import { type Case, hostPortOf, otherPort, publishedPort, servicePort } from './cases.js';
import { Prober, type Server } from './prober.js';
import { macOf, Segments } from './segments.js';

export type Family = 4 | 6;
export const families: readonly Family[] = [4, 6];
export const protocols = ['tcp', 'udp'] as const;

/** A sandbox, and where it is reached. */
export interface Inhabitant {
  readonly name: string;
  readonly address: { readonly 4: string; readonly 6: string };
  readonly mac: string;
}

/** A network of the scene with two sandboxes, of which the first is published, and a third that is linked to it if asked for. */
export interface Neighbourhood {
  readonly given: Case;
  /** Its interface on the host. */
  readonly interface: string;
  readonly gateway: { readonly 4: string; readonly 6: string };
  readonly gatewayMac: string;
  readonly hostPort: number;
  readonly server: Inhabitant;
  readonly neighbour: Inhabitant;
  readonly linked?: Inhabitant;
}

/** A host between two segments with one network for each case, all at once, everywhere with servers. */
export class Scene {
  readonly segments = new Segments();
  readonly prober = new Prober();
  readonly neighbourhoods: Neighbourhood[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), 'netplumb-scene-'));
  #isGuarded = false;
  #host: Host | undefined;

  /** Its networks are numbered from 1 on. `prepare` is a shell script for the host that runs before anything is made. */
  static async open(cases: readonly Case[], options: HostOptions, prepare = ''): Promise<Scene> {
    const scene = new Scene();
    try {
      onHost(scene, 'sh', '-ec', prepare);
      await scene.#fill(cases, options);
    } catch (error) {
      await scene.end();
      throw error;
    }
    return scene;
  }

  /** The sandboxes of a case. */
  of(title: string): Neighbourhood {
    const found = this.neighbourhoods.find(({ given }) => given.title === title);
    if (!found) {
      throw new Error(`the scene has no network "${title}"`);
    }
    return found;
  }

  /** Ends everything, as far as it was made. */
  async end(): Promise<void> {
    await this.prober.end();
    if (this.#host) {
      await this.#host.detachAll(this.#host.sandboxes().map(({ name }) => name));
      await this.#host.close();
    }
    this.segments.end();
    rmSync(this.#directory, { recursive: true });
  }

  async #fill(cases: readonly Case[], options: HostOptions): Promise<void> {
    const runDir = join(this.#directory, 'run');
    const stateDir = join(this.#directory, 'state');
    this.#host = await openHost({ netns: this.segments.host.path, runDir, stateDir, ...options });
    this.#isGuarded = options.firewall !== 'none';
    const host = this.#host;
    // At once, since many share transactions and programs that load rules.
    this.neighbourhoods.push(...(await Promise.all(cases.map((given, i) => this.#settle(host, i + 1, given)))));
    await this.#serve();
  }

  async #settle(host: Host, number: number, given: Case): Promise<Neighbourhood> {
    const network = await host.networks.create({
      name: `net${number}`,
      ipv6: true,
      subnet: [`10.${number}.0.0/24`, `fd00:${number}::/64`],
      ...given.spec,
    });
    const hostPort = hostPortOf(number);
    const settle = (name: string, more: object = {}) => inhabitant(host, network, `${name}${number}`, more);
    const fillers = Array.from({ length: given.fillers ?? 0 }, (_, i) => settle(`filler${i + 1}-`));
    await Promise.all(fillers);
    const expose = protocols.map((protocol) => `${publishedPort}/${protocol}`);
    // There is nothing to publish where no rules are, nor where nobody gets in.
    const publish = this.#isGuarded && !given.spec?.internal ? publishing(given, hostPort) : [];
    const [server, neighbour] = await Promise.all([settle('server', { publish, expose }), settle('neighbour')]);
    const linked = given.linked ? await settle('linked', { links: [`${server.name}:server`] }) : undefined;
    const { interface: ofNetwork = '' } = network;
    const gateway = { 4: `10.${number}.0.1`, 6: `fd00:${number}::1` };
    const gatewayMac = macOf(this.segments.host, ofNetwork);
    return { given, interface: ofNetwork, gateway, gatewayMac, hostPort, server, neighbour, ...(linked && { linked }) };
  }

  async #serve(): Promise<void> {
    const { outside, far, host } = this.segments;
    const machines = Object.entries({ outside: outside.netns, far: far.netns, host });
    const sandboxes = this.neighbourhoods.flatMap(inhabitants);
    await this.prober.serve([
      ...machines.flatMap(([name, netns]) => servers(netns.name, name, servicePort)),
      ...sandboxes.flatMap(({ name }) => [publishedPort, otherPort].flatMap((port) => servers(name, name, port))),
    ]);
  }
}

/** All sandboxes of a network. */
function inhabitants({ server, neighbour, linked }: Neighbourhood): Inhabitant[] {
  return [server, neighbour, ...(linked ? [linked] : [])];
}

/** Loads rules, or has them say what they are, on the scene's host. */
export function onHost({ segments }: Scene, command: string, ...args: string[]): string {
  return run('ip', 'netns', 'exec', segments.host.name, command, ...args);
}

async function inhabitant(host: Host, network: NetworkInfo, name: string, more: object): Promise<Inhabitant> {
  const { endpoint } = await host.attach({ create: true, name, network: network.name, ...more });
  const { address = '', address6 = '', macAddress = '' } = endpoint ?? {};
  return { name, address: { 4: address, 6: address6 }, mac: macAddress };
}

function publishing({ published = [''] }: Case, hostPort: number): string[] {
  return published.flatMap((address) =>
    protocols.map((protocol) => `${address && `${address}:`}${hostPort}:${publishedPort}/${protocol}`),
  );
}

function servers(netns: string, name: string, port: number): Server[] {
  return families.flatMap((family) => protocols.map((protocol) => ({ netns, family, protocol, port, name })));
}
