import { type AnySubnet, familyOf, parseAnySubnet } from '../address/index.js';

/** As resolv.conf(5) has it: the keyword begins a line. An address may have a zone, which says nothing about ranges. */
const line = /^nameserver[ \t]+([^\s%;#]+)/gm;

/** The name servers in the text of a resolv.conf, each as a range of one address. What is no address is passed over. */
export function nameserverRanges(resolvConf: string): AnySubnet[] {
  return [...resolvConf.matchAll(line)].flatMap(([, address = '']) => {
    const family = familyOf(address);
    return family === undefined || address.includes('/')
      ? []
      : [parseAnySubnet(`${address}/${family === 4 ? 32 : 128}`)];
  });
}
