import {
  type AnySubnet,
  anyContains,
  formatAnySubnet,
  parseAnyAddress,
  parseAnySubnet,
  parseAuxiliary,
} from '../address/index.js';
import { newError } from '../errors/index.js';
import type { SubnetRecord } from '../store/index.js';
import { addressOf, type Pool, poolsOf, roleOf, slotAt, slotOf } from './pool.js';
import { encloses } from './range.js';
import type { Slot } from './tables.js';

/** The addresses that were asked for, as they were written. */
export interface AddressWish {
  readonly gateways: readonly string[];
  readonly ranges: readonly string[];
  readonly auxiliary: Readonly<Record<string, string>>;
}

/** A subnet with what belongs to it. */
interface Part {
  readonly subnet: AnySubnet;
  gateway?: string;
  range?: AnySubnet;
  readonly auxiliary: Record<string, string>;
}

/**
 * Finds for each of the addresses that were asked for the subnet it lies in, and makes records of the subnets. One without a
 * gateway gets its first address that is not auxiliary. Throws EBADADDR, EBADCIDR, EBADOPTION: also when no address is left for a
 * sandbox.
 */
export function assignAddresses(subnets: readonly AnySubnet[], wish: AddressWish): SubnetRecord[] {
  const parts = subnets.map((subnet): Part => ({ subnet, auxiliary: {} }));
  for (const text of wish.gateways) {
    const address = parseAnyAddress(text);
    const part = partWith(parts, address, 'gateway', text);
    if (part.gateway !== undefined) {
      throw refusal('gateway', text, `subnet ${formatAnySubnet(part.subnet)} already has gateway ${part.gateway}`);
    }
    part.gateway = address;
  }
  for (const text of wish.ranges) {
    assignRange(parts, text);
  }
  for (const [name, text] of Object.entries(wish.auxiliary)) {
    const [key, address] = parseAuxiliary(`${name}=${text}`);
    partWith(parts, address, 'aux-address', `${name}=${text}`).auxiliary[key] = address;
  }
  return parts.map(recordOf);
}

function partWith(parts: readonly Part[], address: string, option: string, text: string): Part {
  const found = parts.find(({ subnet }) => anyContains(subnet, address));
  if (!found) {
    throw refusal(option, text, outside(parts));
  }
  return found;
}

function assignRange(parts: readonly Part[], text: string): void {
  const range = parseAnySubnet(text);
  const part = parts.find(({ subnet }) => encloses(subnet, range));
  if (!part) {
    throw refusal('ip-range', text, outside(parts));
  }
  if (part.range) {
    const [subnet, other] = [part.subnet, part.range].map(formatAnySubnet);
    throw refusal('ip-range', text, `subnet ${subnet} already has range ${other}`);
  }
  part.range = range;
}

function outside(parts: readonly Part[]): string {
  const subnets = parts.map(({ subnet }) => formatAnySubnet(subnet)).join(', ');
  return parts.length > 0 ? `it is not inside a subnet that was asked for (${subnets})` : 'it needs a subnet';
}

function recordOf({ subnet: any, gateway, range, auxiliary }: Part): SubnetRecord {
  const subnet = formatAnySubnet(any);
  const whole = poolOf({ subnet });
  const uses = new Map<Slot, string>();
  if (gateway !== undefined) {
    addUse(uses, whole, 'gateway', gateway, 'gateway');
  }
  for (const [name, address] of Object.entries(auxiliary)) {
    addUse(uses, whole, `auxiliary ${name}`, address, 'aux-address');
  }
  const first = gateway === undefined ? unused(whole, uses) : slotOf(gateway);
  if (first === undefined) {
    throw refusal('subnet', subnet, 'it has no address left for a gateway');
  }
  const record = {
    subnet,
    gateway: addressOf(first),
    ...(range && { range: formatAnySubnet(range) }),
    ...(Object.keys(auxiliary).length > 0 && { auxiliary }),
  };
  const pool = poolOf(record);
  if (unused(pool, uses.set(first, 'gateway')) === undefined) {
    throw refusal(range ? 'ip-range' : 'subnet', pool.range, 'it has no address left for a sandbox');
  }
  return record;
}

function addUse(uses: Map<Slot, string>, pool: Pool, use: string, address: string, option: string): void {
  const slot = slotOf(address);
  const other = roleOf(pool, slot) ?? uses.get(slot);
  if (other !== undefined) {
    throw refusal(option, address, `it is the ${other} address of subnet ${pool.subnet}`);
  }
  uses.set(slot, use);
}

/** The first slot of a pool without a use. */
function unused(pool: Pool, uses: ReadonlyMap<Slot, string>): Slot | undefined {
  // Of so many and one more, one has none.
  const count = Math.min(uses.size + 1, pool.last - pool.first + 1);
  const slots = Array.from({ length: count }, (_, distance) => slotAt(pool, distance));
  return slots.find((slot) => !uses.has(slot));
}

function poolOf(record: SubnetRecord): Pool {
  return poolsOf({ id: '', name: '', subnets: [record] })[0] as Pool;
}

function refusal(option: string, value: string, reason: string): Error {
  return newError('EBADOPTION', { option, value, reason });
}
