import { decode, encode, type OptAnswer, type StringAnswer } from 'dns-packet';
import { type Question, readQuestion } from './question.js';

export type Transport = 'udp' | 'tcp';

/** Of RFC 1035, section 4.1.1, and RFC 6891. */
export const Rcode = { noError: 0, formErr: 1, servFail: 2, nxDomain: 3, notImp: 4, refused: 5, badVers: 16 } as const;
export type Rcode = (typeof Rcode)[keyof typeof Rcode];

/** Of RFC 1035, section 3.2, and its successors. */
export const Type = { a: 1, ptr: 12, aaaa: 28, opt: 41, ixfr: 251, axfr: 252, any: 255 } as const;
const Class = { in: 1, any: 255 } as const;

/** Where the header ends. */
const headerSize = 12;

/** What any client takes over UDP (RFC 1035), and the most that passes every network whole (DNS Flag Day 2020). */
const smallestPayload = 512;
const largestPayload = 1232;
const largestMessage = 65535;

const Flag = { response: 1 << 15, authoritative: 1 << 10, truncated: 1 << 9, available: 1 << 7 } as const;
/** What an answer repeats: RD and CD. */
const repeated = (1 << 8) | (1 << 4);
const opcodes = 0x7800;
const dnssecOk = 1 << 15;

/** A query, as far as its answer depends on it. */
export interface Query {
  /** Header and question, byte by byte: an answer begins with them. */
  readonly head: Buffer;
  readonly question: Question;
  /** What the client says of itself in an OPT record, if it does. */
  readonly edns?: { readonly payload: number; readonly flags: number };
  readonly transport: Transport;
}

/** What a packet is. */
export type Reading =
  | { readonly kind: 'query'; readonly query: Query }
  /** Not one that is answered: what is said to it. */
  | { readonly kind: 'refused'; readonly packet: Buffer }
  /** Nothing that anybody waits for an answer to. */
  | { readonly kind: 'none' };

/** A resource record without its owner, which is what was asked for: encoded once for as many answers as there are. */
export type Resource = Buffer;

/**
 * Reads a query. Never throws: what cannot be read is refused with FORMERR as RFC 1035 says, what is no query at all is `none`.
 */
export function readQuery(bytes: Uint8Array, transport: Transport): Reading {
  const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (packet.length < headerSize || (packet.readUInt16BE(2) & Flag.response) !== 0) {
    return { kind: 'none' };
  }
  const header = packet.subarray(0, headerSize);
  if ((packet.readUInt16BE(2) & opcodes) !== 0) {
    return refusal(header, Rcode.notImp);
  }
  // One question, no records but an OPT and a signature: that bounds what reading the rest can cost.
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => packet.readUInt16BE(at));
  if (questions !== 1 || answers !== 0 || authorities !== 0 || additionals === undefined || additionals > 2) {
    return refusal(header, Rcode.formErr);
  }
  const question = readQuestion(packet, headerSize);
  if (!question) {
    return refusal(header, Rcode.formErr);
  }
  const head = packet.subarray(0, question.end);
  const opt = additionals === 0 ? undefined : readOpt(packet);
  if (opt === 'malformed') {
    return refusal(head, Rcode.formErr);
  }
  const edns = opt && { payload: opt.udpPayloadSize, flags: opt.flags & dnssecOk };
  const query: Query = { head, question, transport, ...(edns && { edns }) };
  if (opt && opt.ednsVersion !== 0) {
    return { kind: 'refused', packet: new Answer(query, Rcode.badVers).packet(idOf(packet)) };
  }
  if (question.class !== Class.in && question.class !== Class.any) {
    return { kind: 'refused', packet: new Answer(query, Rcode.refused).packet(idOf(packet)) };
  }
  return { kind: 'query', query };
}

/** The number by which a client knows the answer to its query again. */
export function idOf(packet: Uint8Array): number {
  return ((packet[0] ?? 0) << 8) | (packet[1] ?? 0);
}

/** A record of a type whose data are an address or a name. It may be kept for no time at all. */
export function encodeResource(type: StringAnswer['type'], data: string): Resource {
  const packet = encode({ type: 'response', answers: [{ type, class: 'IN', name: '.', ttl: 0, data }] });
  // Without the root's name, one byte.
  return packet.subarray(headerSize + 1);
}

/** The answer to a query, ready to be sent again and again. */
export class Answer {
  readonly #head: Buffer;
  readonly #resources: readonly Resource[];
  readonly #tail: Buffer;
  /** What fits in for records, bytes. */
  readonly #room: number;
  /** Of an answer that is always the same. */
  readonly #whole: Buffer | undefined;

  /** `isOurs`: the names that the answer speaks of are ours to know. */
  constructor(query: Query, rcode: Rcode, resources: readonly Resource[] = [], isOurs = false) {
    this.#head = Buffer.from(query.head);
    writeHeader(this.#head, rcode, isOurs);
    this.#tail = tailOf(query, rcode);
    this.#head.writeUInt16BE(this.#tail.length > 0 ? 1 : 0, 10);
    this.#room = mostOf(query) - this.#head.length - this.#tail.length;
    this.#resources = resources;
    this.#whole = resources.length > 1 ? undefined : this.#build(0);
  }

  /** How many records there are to choose the first from. */
  get size(): number {
    return this.#resources.length;
  }

  /** The packet for one query, with the records from that number on; those that do not fit are left out, and TC says so. */
  packet(id: number, first = 0): Buffer {
    const packet = this.#whole === undefined ? this.#build(first) : Buffer.from(this.#whole);
    packet[0] = id >>> 8;
    packet[1] = id & 0xff;
    return packet;
  }

  #build(first: number): Buffer {
    const parts = [this.#head];
    let room = this.#room;
    let count = 0;
    for (; count < this.#resources.length; count++) {
      const resource = this.#resources[(first + count) % this.#resources.length] as Resource;
      room -= owner.length + resource.length;
      if (room < 0) {
        break;
      }
      parts.push(owner, resource);
    }
    parts.push(this.#tail);
    const packet = Buffer.concat(parts);
    packet.writeUInt16BE(count, 6);
    if (count < this.#resources.length) {
      packet.writeUInt16BE(packet.readUInt16BE(2) | Flag.truncated, 2);
    }
    return packet;
  }
}

/** A pointer to the question's name (RFC 1035, section 4.1.4), which follows the header. */
const owner = Buffer.from([0xc0, headerSize]);

/** The OPT record of a query; `malformed` when what follows the question cannot be read, or has more than one. */
function readOpt(packet: Buffer): OptAnswer | undefined | 'malformed' {
  try {
    const { additionals = [] } = decode(packet);
    const [opt, another] = additionals.filter((record): record is OptAnswer => record.type === 'OPT');
    return another || (opt && opt.name !== '.') ? 'malformed' : opt;
  } catch {
    return 'malformed';
  }
}

/** The largest answer that the client takes, bytes. */
function mostOf({ edns, transport }: Query): number {
  if (transport === 'tcp') {
    return largestMessage;
  }
  return Math.min(Math.max(edns?.payload ?? 0, smallestPayload), largestPayload);
}

function tailOf({ edns }: Query, rcode: Rcode): Buffer {
  if (!edns) {
    return Buffer.alloc(0);
  }
  const opt: OptAnswer = {
    ...{ type: 'OPT', name: '.', udpPayloadSize: largestPayload, extendedRcode: rcode >>> 4, ednsVersion: 0 },
    ...{ flags: edns.flags, flag_do: edns.flags !== 0, options: [] },
  };
  return encode({ additionals: [opt] }).subarray(headerSize);
}

/** Turns a query's header into an answer's, with its question and no records. */
function writeHeader(packet: Buffer, rcode: Rcode, isOurs: boolean): void {
  const flags = Flag.response | Flag.available | (isOurs ? Flag.authoritative : 0) | (rcode & 0xf);
  packet.writeUInt16BE(flags | (packet.readUInt16BE(2) & repeated), 2);
  packet.fill(0, 6, headerSize);
}

/** Repeats as much of the query as could be read: its header, or that and the question. */
function refusal(head: Buffer, rcode: Rcode): Reading {
  const packet = Buffer.from(head);
  // Other opcodes are repeated, too (RFC 1035, section 4.1.1).
  const opcode = packet.readUInt16BE(2) & opcodes;
  writeHeader(packet, rcode, false);
  packet.writeUInt16BE(packet.readUInt16BE(2) | opcode, 2);
  packet.writeUInt16BE(head.length > headerSize ? 1 : 0, 4);
  return { kind: 'refused', packet };
}
