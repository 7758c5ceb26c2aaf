import { type Ipv4, parseInterfaceAddress, parseInterfaceName, parseIpv4, parseMtu } from '../address/index.js';
import { newError } from '../errors/index.js';

/** Which host, where its state is, and how its default network is made. */
export interface HostOptions {
  /** Records that die with the kernel objects. Default: `NETPLUMB_RUN_DIR`, else `/run/netplumb`. */
  readonly runDir?: string | undefined;
  /** File of the host's network namespace. Default: `NETPLUMB_HOST_NETNS`, else the caller's own namespace. */
  readonly netns?: string | undefined;
  /** An existing bridge for the default network, used as it is and never changed. Default: `netplumb0` is made. */
  readonly bridge?: string | undefined;
  /** Address and prefix of the bridge that is made. Default: `172.17.0.1/16`, else the next free range. */
  readonly bip?: string | undefined;
  /** Of the bridge that is made, and of endpoints that ask for none. Default: 1500, or that of a bridge that was found. */
  readonly mtu?: number | undefined;
  /** Default gateway of endpoints that ask for none. Default: the bridge's address. */
  readonly defaultGateway?: string | undefined;
}

const defaultRunDir = '/run/netplumb';
const ownNetns = '/proc/thread-self/ns/net';

/** Options that were read: well formed, defaults filled in. */
export interface ReadOptions extends Omit<HostOptions, 'defaultGateway'> {
  readonly runDir: string;
  readonly netns: string;
  readonly mtu: number | undefined;
  readonly defaultGateway: Ipv4 | undefined;
}

/** Reads options and environment. Throws EBADIFNAME, EBADCIDR, EBADMTU, EBADADDR, EBADOPTION. */
export function readOptions(options: HostOptions, environment: NodeJS.ProcessEnv): ReadOptions {
  if (options.bridge !== undefined) {
    parseInterfaceName(options.bridge);
  }
  if (options.bip !== undefined) {
    parseInterfaceAddress(options.bip);
  }
  return {
    ...options,
    runDir: readPath('runDir', options.runDir ?? (environment.NETPLUMB_RUN_DIR || defaultRunDir)),
    netns: readPath('netns', options.netns ?? (environment.NETPLUMB_HOST_NETNS || ownNetns)),
    mtu: options.mtu === undefined ? undefined : parseMtu(options.mtu),
    defaultGateway: options.defaultGateway === undefined ? undefined : parseIpv4(options.defaultGateway),
  };
}

function readPath(option: string, path: string): string {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw newError('EBADOPTION', { option, value: path, reason: 'it is not a path' });
  }
  return path;
}
