import type { PortRange } from '../address/index.js';
import type { Connection } from '../netlink/index.js';

/** What IANA sets aside for it (RFC 6335, section 6), and Docker takes when the kernel does not say. */
const usual: PortRange = { first: 49153, last: 65535 };

/** The host's ports that are given to whoever does not ask for one by number. */
export async function localPorts(connection: Connection): Promise<PortRange> {
  const [text = ''] = await connection.readFiles(['sys/net/ipv4/ip_local_port_range']);
  const [first = 0, last = 0] = text.trim().split(/\s+/).map(Number);
  return first > 0 && last >= first ? { first, last } : usual;
}
