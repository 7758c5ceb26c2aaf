import { type Connection, IFF_LOOPBACK, type Link, listLinks, type Sysctl } from '../netlink/index.js';
import { parseMark } from './ownership.js';

/** Something that is so for one address family, or for both. */
interface ByFamily {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

const ipv4Forwarding = 'ipv4/ip_forward';
const ipv6Forwarding = 'ipv6/conf/all/forwarding';

/** Whether the host keeps packets that are not for itself. A family that the kernel lacks has nothing to be switched on. */
export async function forwardingOff(connection: Connection): Promise<ByFamily> {
  const [ipv4, ipv6] = await connection.readFiles([ipv4Forwarding, ipv6Forwarding].map((path) => `sys/net/${path}`));
  return { ipv4: ipv4 === '0', ipv6: ipv6 === '0' };
}

/**
 * Has the host forward packets of these families, between all of its interfaces: whoever wants that for some only has made rules
 * before. (IPv4 has a switch for each interface, but packets come in by others too; IPv6 has had one since Linux 6.17.) Throws the
 * kernel's refusals.
 */
export async function switchForwardingOn(connection: Connection, { ipv4, ipv6 }: ByFamily): Promise<void> {
  if (ipv4) {
    await connection.sysctl([{ path: ipv4Forwarding, value: '1' }]);
  }
  if (ipv6) {
    const stillHeeding = await heedAdvertisements(connection);
    await connection.sysctl([...stillHeeding, { path: ipv6Forwarding, value: '1' }]);
  }
}

/**
 * An interface that forwards takes no router advertisements unless its accept_ra is 2 instead of 1 (ip-sysctl.rst), and the kernel
 * drops the routes that it has had from them (rt6_purge_dflt_routers in net/ipv6/route.c): the host would lose its own way out. So
 * interfaces that take them now get a 2 first. Those that come later are not touched, and neither is what says how they begin:
 * among them may be interfaces that lead to somebody who is not to be believed.
 */
async function heedAdvertisements(connection: Connection): Promise<Sysctl[]> {
  const links = (await connection.list<Link>(listLinks())).filter(mayHeed);
  const texts = await connection.readFiles(
    links.flatMap(({ name }) => ['accept_ra', 'forwarding'].map((key) => `sys/net/ipv6/conf/${name}/${key}`)),
  );
  const heeding = links.filter((_, i) => texts[2 * i] === '1' && texts[2 * i + 1] === '0');
  return heeding.map(({ name }) => ({ path: `ipv6/conf/${name}/accept_ra`, value: '2', optional: true }));
}

/** Ours never do, and to a bridge's port nothing is addressed. */
function mayHeed({ alias, flags, info }: Link): boolean {
  return parseMark(alias) === undefined && info?.slaveKind !== 'bridge' && (flags & IFF_LOOPBACK) === 0;
}
