import { type AnySubnet, lastAddress, lastAddress6 } from '../address/index.js';

/** Addresses of one family from the first to the last, as integers. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** A subnet as a range. */
export function rangeOf(any: AnySubnet): Range {
  return any.family === 4
    ? { first: BigInt(any.subnet.network), last: BigInt(lastAddress(any.subnet)) }
    : { first: any.subnet.network, last: lastAddress6(any.subnet) };
}

/** Whether all of one subnet lies in another. */
export function encloses(outer: AnySubnet, inner: AnySubnet): boolean {
  const [around, within] = [outer, inner].map(rangeOf) as [Range, Range];
  return outer.family === inner.family && around.first <= within.first && within.last <= around.last;
}
