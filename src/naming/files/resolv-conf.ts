import { familyOf, parseAnyAddress } from '../../address/index.js';

/** What a resolv.conf(5) says, as far as sandboxes are told of it. */
export interface ResolvConf {
  /** Addresses; of the host's own file also with a zone: `fe80::1%eth0`. */
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What a sandbox's is made of. */
export type ResolvInput = ResolvConf;

const heading = '# Made by netplumb, which keeps it up to date until somebody edits it.\n';

/** What domains and options are made of: visible ASCII. */
const visible = /^[!-~]+$/;

/**
 * Reads a resolv.conf as glibc does: a keyword begins its line; of several lists of domains the last counts, of which `domain` has
 * one only; options add up. What is not understood is passed over: this is the host's file, and may be anything.
 */
export function parseResolvConf(text: string): ResolvConf {
  const servers: string[] = [];
  const options: string[] = [];
  let search: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [keyword = '', ...values] = wordsOf(line);
    const [first] = values;
    if (keyword === 'nameserver' && first !== undefined) {
      servers.push(...readServer(first));
    } else if ((keyword === 'search' || keyword === 'domain') && first !== undefined) {
      // As in Docker a lone "." is no domain: it says that there is none.
      search = (keyword === 'domain' ? [first] : values).filter((domain) => domain !== '.');
    } else if (keyword === 'options') {
      options.push(...values);
    }
  }
  return { servers, search, options };
}

/** The text of a resolv.conf. What is in it was read by a grammar, or by `parseResolvConf`: no part has a space or a newline in it. */
export function renderResolvConf({ servers, search, options }: ResolvInput): string {
  return [
    heading,
    ...servers.map((server) => `nameserver ${server}\n`),
    ...(search.length > 0 ? [`search ${search.join(' ')}\n`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}\n`] : []),
  ].join('');
}

/** Whether a server means something else, or nothing, to who is not on the machine or interface that it was written down for. */
export function isLocal(server: string): boolean {
  return (
    server.startsWith('127.') || ['0.0.0.0', '::', '::1'].includes(server) || /^::ffff:127\.|^fe80:|%/.test(server)
  );
}

/** The words of a line up to a comment; none of a line that does not begin with one. */
function wordsOf(line: string): string[] {
  const words = /^[a-z]/.test(line) ? line.split(/[ \t\r]+/).filter((word) => word !== '') : [];
  const comment = words.findIndex((word) => /^[#;]/.test(word));
  const said = comment < 0 ? words : words.slice(0, comment);
  return said.filter((word) => visible.test(word));
}

/** In the one way that addresses are written here; nothing if it is none. */
function readServer(text: string): string[] {
  const [address = '', ...zone] = text.split('%');
  const family = address.includes('/') ? undefined : familyOf(address);
  if (family === undefined || zone.length > (family === 6 ? 1 : 0) || zone.includes('')) {
    return [];
  }
  return [[parseAnyAddress(address), ...zone].join('%')];
}
