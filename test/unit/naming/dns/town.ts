import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type RecordType as KnownType,
  type OptAnswer,
  type Packet,
} from 'dns-packet';
import { formatIpv4, newId, parseIpv4 } from '../../../../src/address/index.js';
import { leaseExact, poolsOf, release, reserve } from '../../../../src/ipam/index.js';
import { Responder, type Verdict } from '../../../../src/naming/dns/respond.js';
import {
  addNetwork,
  addSandbox,
  type EndpointRecord,
  type NetworkRecord,
  removeSandbox,
  type SandboxRecord,
  type Store,
  type Tables,
  updateSandbox,
} from '../../../../src/store/index.js';
import { openStore } from '../../../support/store.js';

/** What may be asked for. */
type RecordType = KnownType | 'ANY';

/** The servers of the town's host. */
export const hostServers: readonly string[] = ['192.0.2.53', '192.0.2.54'];

/** A town with one network, and in it `db` (10.1.0.2) and `app` (10.1.0.3), who asks. */
export function smallTown() {
  const town = new Town();
  const web = town.network('web');
  const db = town.sandbox('db', [{ network: web, number: 2 }]);
  const app = town.sandbox('app', [{ network: web, number: 3 }]);
  return { town, web, db, app };
}

/** What a sandbox has in a network: the number of its addresses, and its aliases. */
interface Place {
  readonly network: NetworkRecord;
  readonly number: number;
  readonly aliases?: readonly string[];
  readonly unsettled?: 'coming' | 'going';
}

/** Networks and sandboxes on record as attaches leave them, but for the kernel's part, and who answers for them. */
export class Town {
  readonly store: Store;
  readonly responder: Responder;
  servers = hostServers;
  #networks = 0;
  #cookies = 0;

  constructor(store = openStore()) {
    this.store = store;
    this.responder = new Responder({ store, servers: () => this.servers });
  }

  /** The first is 10.1.0.0/16 and fd01::/64, the next 10.2.0.0/16 and fd02::/64, their gateways the first addresses in there. */
  network(name: string, change: Partial<NetworkRecord> = {}): NetworkRecord {
    const number = ++this.#networks;
    const flags = { internal: false, attachable: false, ipv6: true, ours: true };
    const subnets = [
      { subnet: `10.${number}.0.0/16`, gateway: `10.${number}.0.1` },
      { subnet: `fd0${number}::/64`, gateway: `fd0${number}::1` },
    ];
    const own = { id: newId(), name, driver: 'bridge', created: number, interface: `br${number}` };
    const record = { ...own, ...flags, subnets, options: {}, labels: {}, ...change };
    this.store.transaction((tables) => {
      addNetwork(tables, record);
      reserve(tables, record);
    });
    return record;
  }

  /** A sandbox that is ready, or what is said of it, with its leases and aliases. */
  sandbox(name: string, places: readonly Place[], change: Partial<SandboxRecord> = {}): SandboxRecord {
    const own = { id: newId(), name, owner: '', bound: false, created: 0, cookie: String(++this.#cookies) };
    const rest = { mode: 'network', state: 'ready', netns: { kind: 'created' } } as const;
    const record: SandboxRecord = { ...own, ...rest, endpoints: places.map(endpointOf), ...change };
    this.store.transaction((tables) => {
      for (const { network, address, address6 } of record.endpoints) {
        lease(tables, network, record.id, address);
        lease(tables, network, record.id, address6);
      }
      for (const { network, aliases = [] } of record.endpoints) {
        for (const alias of aliases) {
          tables.aliases.putSync([network, `${alias} ${record.id}`], true);
        }
      }
      addSandbox(tables, { ...record, state: 'pending' });
      if (record.state !== 'pending') {
        updateSandbox(tables, record);
      }
    });
    return record;
  }

  update(record: SandboxRecord): void {
    this.store.transaction((tables) => updateSandbox(tables, record));
  }

  remove(record: SandboxRecord): void {
    this.store.transaction((tables) => {
      for (const { network, aliases = [] } of record.endpoints) {
        for (const alias of aliases) {
          tables.aliases.removeSync([network, `${alias} ${record.id}`]);
        }
      }
      for (const { network, address, address6 } of record.endpoints) {
        release(tables, network, record.id, address);
        if (address6 !== undefined) {
          release(tables, network, record.id, address6);
        }
      }
      removeSandbox(tables, record);
    });
  }

  /** What comes of a query that a sandbox sends to the first address of its first network. */
  verdict(from: SandboxRecord, packet: Uint8Array, transport: 'udp' | 'tcp' = 'udp'): Verdict {
    const [{ network, address } = { network: '', address: '' }] = from.endpoints;
    return this.responder.respond({ packet, source: address, network, transport });
  }

  /** The answer to a question that is not passed on. */
  answer(from: SandboxRecord, name: string, type: RecordType = 'A'): DecodedPacket {
    return answerIn(this.verdict(from, query(name, type)));
  }

  /** What is said of a name: data of the records in their order, or what else the answer says. */
  ask(from: SandboxRecord, name: string, type: RecordType = 'A'): string[] | string {
    const verdict = this.verdict(from, query(name, type));
    return verdict.kind === 'answer' ? saidIn(answerIn(verdict)) : verdict.kind;
  }
}

/** Data of the records in their order, or the code of an answer that is an error. */
export function saidIn({ rcode, answers = [] }: DecodedPacket & { rcode?: string }): string[] | string {
  return rcode === 'NOERROR' ? answers.map((answer) => String((answer as { data?: unknown }).data)) : String(rcode);
}

export function answerIn(verdict: Verdict): DecodedPacket {
  if (verdict.kind !== 'answer') {
    throw new Error(`no answer, but ${verdict.kind}`);
  }
  return decode(Buffer.from(verdict.packet));
}

/** A query as resolvers send it, with a fixed id unless told otherwise. */
export function query(name: string, type: RecordType = 'A', change: Packet = {}): Buffer {
  return encode({
    type: 'query',
    id: 0x1234,
    flags: 1 << 8,
    questions: [{ name, type: type as KnownType, class: 'IN' }],
    ...change,
  });
}

/** The OPT record of a client that takes so many bytes. */
export function edns(udpPayloadSize: number, change: Partial<OptAnswer> = {}): { additionals: Answer[] } {
  const opt = { type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion: 0 } as const;
  return { additionals: [{ ...opt, flags: 0, flag_do: false, options: [], ...change }] };
}

function endpointOf({ network, number, aliases, unsettled }: Place): EndpointRecord {
  const [ipv4, ipv6] = network.subnets.map(({ subnet }) => subnet.split('/')[0] ?? '');
  const address = formatIpv4(parseIpv4(ipv4 ?? '') + number);
  return {
    ...{ id: newId(), network: network.id, interface: 'eth0', prefixLength: 16, address, gatewayPriority: 0 },
    ...{ macAddress: '02:42:ac:11:00:02', mtu: 1500 },
    ...(ipv6 !== undefined && { address6: `${ipv6}${number.toString(16)}`, prefixLength6: 64 }),
    ...(aliases && { aliases }),
    ...(unsettled && { unsettled }),
  };
}

function lease(tables: Tables, network: string, sandbox: string, address: string | undefined): void {
  const record = tables.networks.get(network);
  const family = address?.includes(':') ? 6 : 4;
  const pools = record ? poolsOf(record).filter((pool) => pool.family === family) : [];
  if (address !== undefined && pools.length > 0) {
    leaseExact(tables, pools, sandbox, address);
  }
}
