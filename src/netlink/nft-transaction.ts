import { NFT_MSG_DELSETELEM, NFT_MSG_NEWSETELEM, type RawElement, type SetElements } from './nft-element.js';
import type { Request } from './request.js';

/** Of each element, besides its bytes: the headers of six attributes, the flags, and what fills up to multiples of four. */
const overhead = 6 * 4 + 4 + 3 * 3;

/** An attribute's length is a number of 16 bits, the list of elements is one attribute. */
const longestList = 0xffff - 4;

/**
 * A transaction's requests as the kernel takes them: none with more elements than fit into one message. `owners` says to
 * which of the requests each part belongs.
 */
export function partsOf(requests: readonly Request[]): { readonly parts: Request[]; readonly owners: number[] } {
  const parts: Request[] = [];
  const owners: number[] = [];
  for (const [owner, request] of requests.entries()) {
    for (const part of split(request)) {
      parts.push(part);
      owners.push(owner);
    }
  }
  return { parts, owners };
}

function split(request: Request): Request[] {
  if (request.type !== NFT_MSG_NEWSETELEM && request.type !== NFT_MSG_DELSETELEM) {
    return [request];
  }
  const { elements = [], ...set } = request.body as SetElements;
  const parts: Request[] = [];
  for (let start = 0; start < elements.length; ) {
    const end = endOfPart(elements, start);
    parts.push({ ...request, body: { elements: elements.slice(start, end), ...set } });
    start = end;
  }
  return parts.length > 0 ? parts : [request];
}

/** At least one; if it alone is too long, writing it says so. */
function endOfPart(elements: readonly RawElement[], start: number): number {
  let length = 0;
  for (let at = start; at < elements.length; at++) {
    length += lengthOf(elements[at] as RawElement);
    if (length > longestList && at > start) {
      return at;
    }
  }
  return elements.length;
}

function lengthOf({ key, keyEnd, data }: RawElement): number {
  return overhead + key.length + (keyEnd?.length ?? 0) + (data?.length ?? 0);
}
