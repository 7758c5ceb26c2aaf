import type { EndpointRecord, NetworkRecord } from '../../store/index.js';
import type { DriverContext } from '../driver.js';
import { bridgeMac } from './bridge-link.js';
import { setUpSegment } from './segment.js';

/** A bridge of a network: what the ends of endpoints become ports of. */
export interface Site {
  readonly name: string;
  readonly index: number;
  /** The network's own bridge, which may be the same. */
  readonly bridgeIndex: number;
  /** The MAC address by which it, and so the host, is reached. */
  readonly routerAddress: string;
  /** The port of it that leads here, if it is another. */
  readonly trunk: number | undefined;
  /** The MAC address of host ends. */
  readonly hostAddress: string;
  /** It looks at no multicast reports: they may go to it alone (inside.ts). */
  readonly takesReports: boolean;
  /** Nothing passes from port to port (`icc=false`). */
  readonly isApart: boolean;
  /** Whether the network's own bridge is ours to tell things. */
  readonly isOurs: boolean;
  /** What each port is told beside. */
  readonly port: PortOptions | undefined;
  readonly subnets: NetworkRecord['subnets'];
}

/** See BridgePortOptions of netplumb/rtnl. */
export type PortOptions = {
  readonly isolated?: 1;
  readonly hairpin?: 1;
  readonly proxyArpWifi?: 1;
  readonly unicastFlood?: 0;
};

/** What is known of a network's own bridge. */
export interface OwnBridge extends Pick<Site, 'index' | 'hostAddress' | 'isApart' | 'port' | 'takesReports'> {
  /** In bytes. */
  readonly mtu: number;
  /** Called for a segment before it passes frames. */
  readonly guardSegment: (name: string) => Promise<void>;
}

/** The bridges of one network: its own, and the segments that were opened. */
export class Sites {
  readonly own: Site;
  readonly #context: DriverContext;
  readonly #record: NetworkRecord;
  readonly #mtu: number;
  readonly #guard: OwnBridge['guardSegment'];
  /** By name. */
  readonly #opening = new Map<string, Promise<Site>>();
  readonly #open = new Map<string, Site>();

  constructor(
    context: DriverContext,
    record: NetworkRecord,
    { mtu, index, hostAddress, guardSegment, ...rest }: OwnBridge,
  ) {
    const { interface: name = '', ours: isOurs, subnets } = record;
    const common = { bridgeIndex: index, routerAddress: hostAddress, trunk: undefined, isOurs, subnets };
    this.own = { ...rest, ...common, name, index, hostAddress };
    this.#context = context;
    this.#record = record;
    this.#mtu = mtu;
    this.#guard = guardSegment;
  }

  /** Brings a segment into the state that the record describes; looked at once. */
  async open(name: string): Promise<void> {
    const opening = this.#opening.get(name) ?? this.#setUp(name);
    this.#opening.set(name, opening);
    try {
      this.#open.set(name, await opening);
    } catch (error) {
      this.#opening.delete(name);
      throw error;
    }
  }

  /** Where an endpoint is. Throws TypeError when its segment was not opened. */
  of({ segment }: EndpointRecord): Site {
    const site = segment === undefined ? this.own : this.#open.get(segment);
    if (!site) {
      throw new TypeError(`segment ${segment} has not been opened`);
    }
    return site;
  }

  async #setUp(name: string): Promise<Site> {
    await this.#guard(name);
    const { index: bridgeIndex, hostAddress: address, isApart } = this.own;
    const trunk = { bridgeIndex, address, mtu: this.#mtu, isApart };
    const made = await setUpSegment(this.#context, this.#record, name, trunk);
    const { index, address: hostAddress = bridgeMac(this.#record) } = made.bridge;
    // All endpoints there are known: what is not must be elsewhere.
    const port: PortOptions = { ...this.own.port, unicastFlood: 0 };
    return { ...this.own, name, index, hostAddress, port, trunk: made.trunk };
  }
}
