import type { EndpointContext } from '../../endpoint/index.js';
import { attemptAsync, NetplumbError } from '../../errors/index.js';
import {
  type Address,
  AF_INET,
  AF_INET6,
  type Link,
  listAddresses,
  listLinks,
  listRoutes,
  type NetnsRef,
  type Route,
  RouteTable,
} from '../../netlink/index.js';
import { isMarkOf, type Mark, parseMark } from '../../network/index.js';
import { type NamespaceFile, namespaceFiles } from './namespace-files.js';

/** An interface of a sandbox, as it is found in there. */
export interface FoundInterface {
  readonly link: Link;
  /** Its other end, if that is on the host. */
  readonly hostEnd?: Link;
  /** The further bridge of its network that this is a port of, if it is one. */
  readonly segment?: { readonly name: string; readonly network: string };
  readonly addresses: readonly Address[];
  /** Those of the main table that lead through it; none if nobody can look. */
  readonly routes: readonly Route[];
}

/** A sandbox that lives, by what its links say. */
export interface FoundSandbox {
  readonly id: string;
  readonly name: string;
  /** In the order of their indexes in the sandbox. */
  readonly interfaces: readonly FoundInterface[];
  /** Whether we have made its namespace. */
  readonly isCreated: boolean;
  /** Files under /run/netns that lead to its namespace. */
  readonly files: readonly NamespaceFile[];
  /** The kernel's number of its namespace, if anybody can look. */
  readonly cookie?: string;
}

/** What is in the kernel of what this run directory owns. */
export interface Found {
  /** Every link on the host. */
  readonly links: readonly Link[];
  readonly addresses: readonly Address[];
  /** Those with an end on the host first: of what says whose it is, what others can write counts least. */
  readonly sandboxes: readonly FoundSandbox[];
}

/** What is looked with, and for whom. */
type LookContext = Pick<EndpointContext, 'connection' | 'store' | 'netns'>;

/** One namespace that is looked into. */
interface Space {
  readonly nsid: number | undefined;
  readonly files: NamespaceFile[];
  /** Ends of ours on the host whose other ends are in there. */
  readonly ends: Link[];
}

/** `lo` in every namespace (net/core/dev.c). */
const loopbackIndex = 1;

/** How many namespaces are looked into at a time. */
const chunkSize = 32;

/** Looks for everything that says that it belongs to this run directory. Throws the kernel's refusals. */
export async function look(context: LookContext): Promise<Found> {
  const { connection } = context;
  const [links, addresses] = await Promise.all([
    connection.list<Link>(listLinks()),
    connection.list<Address>(listAddresses()),
  ]);
  const segments = segmentsAmong(links, context.store.directory);
  const spaces = sortIntoSpaces(endsOf(context, links), await namespaceFiles(context));
  const sandboxes: FoundSandbox[] = [];
  for (let i = 0; i < spaces.length; i += chunkSize) {
    const found = await Promise.all(
      spaces.slice(i, i + chunkSize).map((space) => lookUnlessGone(context, space, segments)),
    );
    sandboxes.push(...found.flat());
  }
  return { links, addresses, sandboxes };
}

/** Ends of pairs that lead into sandboxes. One without another namespace was never finished. */
function endsOf({ store }: LookContext, links: readonly Link[]): Link[] {
  return links.filter(
    (link) => sandboxMark(link, store.directory) && link.linkNetnsId !== undefined && link.link !== undefined,
  );
}

/** Further bridges of networks, by index. */
type Segments = ReadonlyMap<number, NonNullable<FoundInterface['segment']>>;

/** Those of this run directory. */
export function segmentsAmong(links: readonly Link[], directory: string): Segments {
  return new Map(
    links.flatMap(({ index, name, alias, info }): [number, NonNullable<FoundInterface['segment']>][] => {
      const mark = info?.kind === 'bridge' ? parseMark(alias) : undefined;
      const isOwn = mark?.kind === 'segment' && isMarkOf(mark, directory);
      return isOwn ? [[index, { name, network: mark.id }]] : [];
    }),
  );
}

function sandboxMark({ alias }: Link, directory: string): Mark | undefined {
  const mark = parseMark(alias);
  return mark?.kind === 'sandbox' && isMarkOf(mark, directory) ? mark : undefined;
}

function sortIntoSpaces(ends: readonly Link[], files: readonly NamespaceFile[]): Space[] {
  const byNsid = new Map<number, Space>();
  for (const end of ends) {
    const nsid = end.linkNetnsId ?? 0;
    const space = byNsid.get(nsid) ?? { nsid, files: [], ends: [] };
    space.ends.push(end);
    byNsid.set(nsid, space);
  }
  const others = new Map<string, Space>();
  for (const file of files) {
    const space = byNsid.get(file.nsid ?? -1) ?? others.get(file.namespace) ?? { nsid: undefined, files: [], ends: [] };
    space.files.push(file);
    if (space.nsid === undefined) {
      others.set(file.namespace, space);
    }
  }
  return [...byNsid.values(), ...others.values()];
}

/** A namespace that has gone meanwhile has taken its sandboxes along. */
async function lookUnlessGone(context: LookContext, space: Space, segments: Segments): Promise<FoundSandbox[]> {
  const found = await attemptAsync(() => lookInto(context, space, segments));
  if (!(found instanceof Error)) {
    return found;
  }
  const isGone = found instanceof NetplumbError && ['ENOENT', 'ESRCH', 'EINVAL', 'ENODEV'].includes(found.code);
  if (isGone) {
    return [];
  }
  throw found;
}

async function lookInto({ connection, store }: LookContext, space: Space, segments: Segments): Promise<FoundSandbox[]> {
  const { nsid, files, ends } = space;
  const [file] = files;
  const netns: NetnsRef | undefined = file && { path: file.path };
  // By number even if there is a file: that stays right whatever becomes of the file.
  const [filter, where] = nsid === undefined ? [{}, netns] : [{ targetNetnsId: nsid }, undefined];
  const links = await connection.list<Link>(listLinks(filter), where);
  const endByPeer = new Map(ends.map((end) => [end.link, end]));
  const marks = new Map<number, Mark>();
  for (const link of links) {
    const mark = sandboxMark(endByPeer.get(link.index) ?? link, store.directory);
    if (mark) {
      marks.set(link.index, mark);
    }
  }
  if (marks.size === 0) {
    return [];
  }
  const addresses = await connection.list<Address>(listAddresses(filter), where);
  const routes = netns ? await listMainRoutes(connection, netns) : [];
  const [outcome] = netns ? await connection.carryOut([{ sandbox: netns, sysctls: [], steps: [] }]) : [];
  const known = { files, ...(outcome && !outcome.error && { cookie: String(outcome.cookie) }) };
  const isOwn = ({ index }: Link, id: string) => index !== loopbackIndex && marks.get(index)?.id === id;
  const byId = new Map([...marks.values()].map((mark) => [mark.id, mark]));
  return [...byId.values()].map(({ id, name }) => ({
    ...known,
    id,
    name,
    isCreated: marks.get(loopbackIndex)?.id === id,
    interfaces: links
      .filter((link) => isOwn(link, id))
      .sort((one, other) => one.index - other.index)
      .map((link) => {
        const hostEnd = endByPeer.get(link.index);
        const segment = segments.get(hostEnd?.master ?? 0);
        return {
          link,
          ...(hostEnd && { hostEnd }),
          ...(segment && { segment }),
          addresses: addresses.filter(({ index }) => index === link.index),
          routes: routes.filter(({ oif }) => oif === link.index),
        };
      }),
  }));
}

async function listMainRoutes(connection: EndpointContext['connection'], netns: NetnsRef): Promise<Route[]> {
  const table = RouteTable.main;
  const listed = [AF_INET, AF_INET6].map((family) => connection.list<Route>(listRoutes({ family, table }), netns));
  return (await Promise.all(listed)).flat();
}
