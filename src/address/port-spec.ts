import { newError } from '../errors/index.js';
import { formatIpv4, isHostIpv4, scanIpv4 } from './ipv4.js';
import { formatIpv6, isHostIpv6, scanIpv6 } from './ipv6.js';
import { type ExposedPort, highestPort, type PortRange, type Protocol } from './port.js';
import { parseWhole } from './whole-number.js';

/** A port of a sandbox that somebody wants to reach on the host. */
export interface PortWish extends ExposedPort {
  /** Normalised. None: whichever is the default. */
  readonly hostAddress?: string;
  /** One of these; any free one if absent. */
  readonly hostPorts?: PortRange;
}

/** Longer than the longest that means something. */
const maxLength = 128;

const publishForm =
  '[ADDRESS:][HOST-PORT]:PORT[/tcp|udp|sctp], ports from 1 to 65535 or ranges such as 8000-8010, and IPv6 addresses in brackets';
const exposeForm = 'PORT[/tcp|udp|sctp], a port from 1 to 65535 or a range such as 8000-8010';

/** Why a text is refused; turned into EBADPORT, which also knows the text. */
class Refusal extends Error {}

/**
 * Reads what Docker's `--publish` takes, `[ADDRESS:][HOST]:CONTAINER[/PROTOCOL]`: `80`, `8080:80`, `127.0.0.1:8080:80/udp`,
 * `127.0.0.1::80`, `[::1]:8000-8002:80-82`. Ranges of equal lengths are taken pairwise; of a range of host ports for one port of
 * the sandbox any will do. Unlike in Docker an address must not be empty (of a script whose variable is, the port would be open to
 * everyone), nor a host port 0. Throws EBADPORT.
 */
export function parsePublish(text: string): PortWish[] {
  return explained(text, 'port to publish', publishForm, () => {
    const { protocol, rest } = splitProtocol(text);
    const { hostAddress, ports } = splitAddress(rest);
    const [host, container] = ports.length === 1 ? ['', ports[0]] : ports;
    const inside = readRange(container ?? '', 'its port');
    const outside = host === '' ? undefined : readRange(host ?? '', 'its host port');
    const count = inside.last - inside.first + 1;
    const common = { protocol, ...(hostAddress !== undefined && { hostAddress }) };
    if (count === 1) {
      return [{ port: inside.first, ...common, ...(outside && { hostPorts: outside }) }];
    }
    if (outside && outside.last - outside.first + 1 !== count) {
      throw new Refusal('its ranges are of different lengths');
    }
    return Array.from({ length: count }, (_, i): PortWish => {
      const hostPort = outside && outside.first + i;
      const hostPorts = hostPort === undefined ? {} : { hostPorts: { first: hostPort, last: hostPort } };
      return { port: inside.first + i, ...common, ...hostPorts };
    });
  });
}

/** Reads what Docker's `--expose` takes: `80`, `80/udp`, `8000-8010/tcp`. Throws EBADPORT. */
export function parseExpose(text: string): ExposedPort[] {
  return explained(text, 'port to expose', exposeForm, () => {
    const { protocol, rest } = splitProtocol(text);
    const { first, last } = readRange(rest, 'its port');
    return Array.from({ length: last - first + 1 }, (_, i) => ({ protocol, port: first + i }));
  });
}

function explained<Result>(text: string, kind: string, form: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof Refusal ? newError('EBADPORT', { value: text, kind, reason: error.message, form }) : error;
  }
}

function splitProtocol(text: string): { protocol: Protocol; rest: string } {
  if (typeof text !== 'string') {
    throw new Refusal('it is not text');
  }
  if (text === '' || text.length > maxLength) {
    throw new Refusal(text === '' ? 'it is empty' : 'it is too long');
  }
  const [rest = '', protocol = 'tcp', ...more] = text.split('/');
  if (more.length > 0) {
    throw new Refusal('it has more than one "/"');
  }
  return { protocol: readProtocol(protocol), rest };
}

function readProtocol(text: string): Protocol {
  const protocol = text.toLowerCase();
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp') {
    return protocol;
  }
  throw new Refusal('its protocol is none of tcp, udp and sctp');
}

/** The address in front, normalised, and the one or two parts behind it. */
function splitAddress(text: string): { hostAddress?: string; ports: string[] } {
  if (text.startsWith('[')) {
    const [inside = '', ...behind] = text.slice(1).split(']:');
    const ports = behind.join(']:').split(':');
    if (behind.length === 0 || ports.length !== 2) {
      throw new Refusal('behind an address there must be a host port, which may be empty, and a port');
    }
    return { hostAddress: readIpv6(inside), ports };
  }
  const parts = text.split(':');
  if (parts.length < 3) {
    return { ports: parts };
  }
  const [address = '', ...ports] = parts;
  if (parts.length > 3) {
    throw new Refusal('it has too many ":"; an IPv6 address must be in brackets');
  }
  return { hostAddress: readIpv4(address), ports };
}

function readIpv4(text: string): string {
  const address = scanIpv4(text, text.length);
  if (address < 0) {
    throw new Refusal(text === '' ? 'its address is empty' : 'its address is not an IP address');
  }
  if (address !== 0 && address >>> 24 !== 127 && !isHostIpv4(address)) {
    throw new Refusal('its address is none that a host can have');
  }
  return formatIpv4(address);
}

function readIpv6(text: string): string {
  const address = scanIpv6(text);
  if (address === undefined) {
    throw new Refusal('what is in brackets is not an IPv6 address without a zone');
  }
  if (address > 1n && !isHostIpv6(address)) {
    throw new Refusal('its address is none that a host can have');
  }
  return formatIpv6(address);
}

function readRange(text: string, what: string): PortRange {
  const ends = text.split('-').map((end) => parseWhole(end, 1, highestPort));
  const [first, last = first] = ends;
  if (first === undefined || last === undefined || ends.length > 2 || ends.includes(undefined)) {
    throw new Refusal(text === '' ? `${what} is missing` : `${what} is neither a number from 1 to 65535 nor a range`);
  }
  if (last < first) {
    throw new Refusal(`the range of ${what} is reversed`);
  }
  return { first, last };
}
