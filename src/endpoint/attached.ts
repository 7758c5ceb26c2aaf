import { filesHolder, linkEnvironment, linkedTo, type NameFilePaths, nameFilePaths } from '../naming/index.js';
import type {
  EndpointRecord,
  ExposedPort,
  LinkRecord,
  NamingRecord,
  PublishedPort,
  SandboxRecord,
  Tables,
} from '../store/index.js';

/** A sandbox that was attached. */
export interface Attached {
  /** 64 hexadecimal characters. */
  readonly sandbox: string;
  readonly name: string;
  readonly mode: SandboxRecord['mode'];
  /** Absent when it is the host's. */
  readonly hostname?: string;
  /**
   * A file of the namespace that it is in, for `setns` and `ip netns`; absent in mode `host` and for bare descriptors.
   */
  readonly netns?: string;
  /** The one by which it joined its first network; absent in the modes that make none. */
  readonly endpoint?: EndpointRecord;
  /** All of them, in the order in which they were made. */
  readonly endpoints: readonly EndpointRecord[];
  /** Those of its ports that are reached on the host. */
  readonly ports: readonly PublishedPort[];
  /** Ports that it serves to those who are linked to it, beside the published ones. */
  readonly exposed: readonly ExposedPort[];
  /** Sandboxes that it may speak to. */
  readonly links: readonly LinkRecord[];
  /** What it was given for its files, beside what all are given. */
  readonly naming?: NamingRecord;
  /** What to mount over those of the same names in /etc; absent where none were asked for. */
  readonly files?: NameFilePaths;
  /** Variables for what runs in it, `NAME=VALUE`: those of the sandboxes that it has links to, and then its own. */
  readonly environment: readonly string[];
  /**
   * Microseconds: `queue` from the call until the engine had it (with everyone else's in between), `state` for its
   * share of the records, then the engine's own steps.
   */
  readonly microseconds: Readonly<Record<string, number>>;
}

/** What one of many came to. */
export type AttachResult =
  | { readonly attached: Attached; readonly error?: undefined }
  | { readonly error: Error; readonly attached?: undefined };

/** The file by which others find a sandbox's own namespace. */
function netnsFile({ pin, netns }: Pick<SandboxRecord, 'pin' | 'netns'>): string | undefined {
  if (pin !== undefined) {
    return pin;
  }
  if (netns.kind === 'path') {
    return netns.path;
  }
  return netns.kind === 'pid' ? `/proc/${netns.pid}/ns/net` : undefined;
}

/** What everyone may know of a sandbox, as its record in this run directory has it. */
export function describeRecord(
  tables: Tables,
  record: SandboxRecord,
  directory: string,
): Omit<Attached, 'sandbox' | 'microseconds'> {
  const { name, mode, hostname, endpoints, ports = [], exposed = [], links = [] } = record;
  const [endpoint] = endpoints;
  const owner = record.netns.kind === 'shared' ? tables.sandboxes.get(record.netns.sandbox) : record;
  const netns = owner && netnsFile(owner);
  return {
    name,
    mode,
    ...(hostname && { hostname }),
    ...(netns && { netns }),
    ...(endpoint && { endpoint }),
    endpoints,
    ports: ports.filter(({ unsettled }) => !unsettled),
    exposed,
    links,
    ...describeNames(tables, record, directory),
  };
}

function describeNames(
  tables: Tables,
  record: SandboxRecord,
  directory: string,
): Pick<Attached, 'naming' | 'files' | 'environment'> {
  const { name, env = [], links, naming } = record;
  const holder = filesHolder(tables, record);
  return {
    environment: links ? [...linkEnvironment(name, linkedTo(tables, record)), ...env] : env,
    ...(naming && { naming }),
    ...(holder !== undefined && { files: nameFilePaths(directory, holder) }),
  };
}

/** A record as the answer to whoever asked for it. */
export function attachedOf(
  tables: Tables,
  record: SandboxRecord,
  directory: string,
  microseconds: Attached['microseconds'],
): Attached {
  return { sandbox: record.id, ...describeRecord(tables, record, directory), microseconds };
}
