import type { EndpointRecord, SandboxRecord } from '../store/index.js';

/** A sandbox that was attached. */
export interface Attached {
  /** 64 hexadecimal characters. */
  readonly sandbox: string;
  readonly name: string;
  readonly mode: SandboxRecord['mode'];
  /** A file of its namespace, for `setns` and `ip netns`; absent in mode `host` and for bare descriptors. */
  readonly netns?: string;
  /** Absent in the modes that make none. */
  readonly endpoint?: EndpointRecord;
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

/** The file by which others find a sandbox's namespace. */
export function netnsFile({ pin, netns }: Pick<SandboxRecord, 'pin' | 'netns'>): string | undefined {
  if (pin !== undefined) {
    return pin;
  }
  if (netns.kind === 'path') {
    return netns.path;
  }
  return netns.kind === 'pid' ? `/proc/${netns.pid}/ns/net` : undefined;
}

/** A record as the answer to whoever asked for it. */
export function attachedOf(record: SandboxRecord, microseconds: Attached['microseconds']): Attached {
  const { id, name, mode, endpoint } = record;
  const netns = netnsFile(record);
  return { sandbox: id, name, mode, ...(netns && { netns }), ...(endpoint && { endpoint }), microseconds };
}
