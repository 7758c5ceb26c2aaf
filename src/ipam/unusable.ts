import { type AnySubnet, anyOverlaps, parseAnySubnet } from '../address/index.js';

/** Addresses that cannot be one host's, or are every link's own. */
const ranges = (
  [
    ['0.0.0.0/8', 'unspecified'],
    ['127.0.0.0/8', 'loopback'],
    ['224.0.0.0/4', 'multicast'],
    ['::/127', 'unspecified and loopback'],
    ['::ffff:0:0/96', 'IPv4-mapped'],
    ['fe80::/10', 'link-local'],
    ['ff00::/8', 'multicast'],
  ] as const
).map(([text, use]) => ({ range: parseAnySubnet(text), use }));

/** What addresses in a subnet are kept for, when no network can have it. */
export function unusable(subnet: AnySubnet): string | undefined {
  return ranges.find(({ range }) => anyOverlaps(range, subnet))?.use;
}
