import type { Link } from './link.js';
import type { BridgeOptions } from './link-bridge.js';
import type { BridgePortOptions } from './link-bridge-port.js';
import type { MacvlanOptions } from './link-macvlan.js';
import type { VethOptions } from './link-veth.js';
import type { VxlanOptions } from './link-vxlan.js';

/** The kinds of links whose options this library knows. */
export interface LinkKinds {
  readonly veth: VethOptions;
  readonly bridge: BridgeOptions;
  readonly macvlan: MacvlanOptions;
  readonly macvtap: MacvlanOptions;
  readonly vxlan: VxlanOptions;
}

/** The kinds of masters whose options for one of their ports this library knows. */
export interface MasterKinds {
  readonly bridge: BridgePortOptions;
}

/** What a link is made of, and what it is to its master (IFLA_LINKINFO). */
export interface LinkInfo {
  /** One of LinkKinds, or any other that the kernel has. */
  readonly kind?: string;
  /** The kind's options. Those of a kind that is not in LinkKinds are bytes: attributes as the kernel writes them. */
  readonly data?: LinkKinds[keyof LinkKinds] | Uint8Array;
  /** What the master is: one of MasterKinds, or any other that the kernel has. */
  readonly slaveKind?: string;
  /** What the master does at this link. For a master that is not in MasterKinds: bytes, as with `data`. */
  readonly slaveData?: MasterKinds[keyof MasterKinds] | Uint8Array;
}

/** The options of a link that is of this kind; undefined if it is of another. */
export function linkOptions<Kind extends keyof LinkKinds>(
  { info }: Pick<Link, 'info'>,
  kind: Kind,
): LinkKinds[Kind] | undefined {
  return info?.kind === kind ? (info.data as LinkKinds[Kind] | undefined) : undefined;
}

/** What a link's master does at it; undefined if it has none of this kind. */
export function portOptions<Kind extends keyof MasterKinds>(
  { info }: Pick<Link, 'info'>,
  kind: Kind,
): MasterKinds[Kind] | undefined {
  return info?.slaveKind === kind ? (info.slaveData as MasterKinds[Kind] | undefined) : undefined;
}
