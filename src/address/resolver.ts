import { newError } from '../errors/index.js';
import { formatIpv4, isHostIpv4, scanIpv4 } from './ipv4.js';
import { formatIpv6, isHostIpv6, scanIpv6 } from './ipv6.js';

/** resolv.conf(5): resolvers heed three and no more (MAXNS in resolv.h; the same in musl). */
const maxNameservers = 3;

/** resolv.conf(5): of the search list glibc before 2.26 heeds six domains. */
const maxDomains = 6;

/**
 * In characters, with the spaces in between. musl ignores a whole line that does not fit into its buffer of 256 bytes, newline and
 * zero included (src/network/resolvconf.c); that is stricter than glibc before 2.26, which cuts the list at 256.
 */
const maxSearchList = 254 - 'search '.length;

/** The same for options, with room for the `ndots:0` that they may get. */
const maxOptionList = 254 - 'options '.length - ' ndots:0'.length;

/** resolv.conf(5): `ndots:2`, `rotate`. Which options there are is the resolver's to know. */
const resolverOption = /^(?=.{1,63}$)[a-z][a-z0-9-]*(:\d{1,9})?$/;

/** RFC 1035, section 2.3.1, with "_" and leading digits, as they are in use. */
const domain = /^(?=.{1,254}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** Without the dot at the end. */
const maxDomain = 253;

/** As a domain to search: none at all. */
const none = '.';

/**
 * Reads the address of a name server and returns it normalised. It may be a loopback, which is the host's own where the host asks,
 * but none that no host can have, and none that would need a zone. Throws EBADOPTION; `called` is what it calls the option.
 */
export function parseNameserver(text: string, called = 'dns'): string {
  if (typeof text !== 'string') {
    throw bad(called, text, 'it is not an IP address');
  }
  const ipv4 = scanIpv4(text, text.length);
  if (ipv4 >= 0) {
    if (ipv4 >>> 24 !== 127 && !isHostIpv4(ipv4)) {
      throw bad(called, text, 'no host can have it');
    }
    return formatIpv4(ipv4);
  }
  const ipv6 = scanIpv6(text);
  if (ipv6 === undefined) {
    throw bad(called, text, 'it is not an IP address');
  }
  if (ipv6 !== 1n && !isHostIpv6(ipv6)) {
    throw bad(called, text, 'no host can have it');
  }
  if (ipv6 >> 118n === 0x3fan) {
    throw bad(called, text, 'it is link-local: each interface has a neighbour of that address');
  }
  return formatIpv6(ipv6);
}

/** Reads a domain in which names are looked up; "." stands for none. Throws EBADOPTION. */
export function parseSearchDomain(text: string, called = 'dns-search'): string {
  if (text === none) {
    return text;
  }
  if (typeof text !== 'string' || !domain.test(text) || text.replace(/\.$/, '').length > maxDomain) {
    throw bad(called, text, 'it is not a domain');
  }
  return text;
}

/** Reads an option of resolv.conf(5). Throws EBADOPTION. */
export function parseDnsOption(text: string, called = 'dns-option'): string {
  if (typeof text !== 'string' || !resolverOption.test(text)) {
    throw bad(called, text, 'it is not an option of resolv.conf');
  }
  return text;
}

/** Reads name servers: as many as every resolver heeds, each once. Throws EBADOPTION. */
export function parseNameservers(texts: readonly string[], called = 'dns'): readonly string[] {
  const servers = [...new Set(listOf(texts, called).map((text) => parseNameserver(text, called)))];
  if (servers.length > maxNameservers) {
    throw bad(called, servers.join(' '), `resolvers heed ${maxNameservers} name servers`);
  }
  return servers;
}

/**
 * Reads the list of domains in which names are looked up, each once: what every resolver heeds. The one domain "." is the empty
 * list. Throws EBADOPTION.
 */
export function parseSearchDomains(texts: readonly string[], called = 'dns-search'): readonly string[] {
  const domains = [...new Set(listOf(texts, called).map((text) => parseSearchDomain(text, called)))];
  const list = domains.join(' ');
  if (domains.includes(none)) {
    if (domains.length > 1) {
      throw bad(called, list, '"." means that no domain is searched, and stands alone');
    }
    return [];
  }
  if (domains.length > maxDomains || list.length > maxSearchList) {
    throw bad(called, list, `resolvers heed ${maxDomains} domains, and ${maxSearchList} characters of them`);
  }
  return domains;
}

/** Reads options of resolv.conf(5), each once: what every resolver heeds. Throws EBADOPTION. */
export function parseDnsOptions(texts: readonly string[], called = 'dns-option'): readonly string[] {
  const options = [...new Set(listOf(texts, called).map((text) => parseDnsOption(text, called)))];
  const list = options.join(' ');
  if (list.length > maxOptionList) {
    throw bad(called, list, `resolvers heed ${maxOptionList} characters of options`);
  }
  return options;
}

function listOf(value: readonly string[], called: string): readonly string[] {
  if (!Array.isArray(value)) {
    throw bad(called, value, 'it is not a list');
  }
  return value;
}

function bad(option: string, value: unknown, reason: string): Error {
  return newError('EBADOPTION', { option, value, reason });
}
