import { isBuiltin, leadsThroughHost, recordedOptions } from '../../network/index.js';
import type { NetworkRecord } from '../../store/index.js';

/**
 * Whether the sandboxes on a network find each other by name: on those that users made, as in Docker, where the host can talk to
 * the sandboxes, unless it was made with `--disable-dns`. One without a gateway has no address on the host to ask at.
 */
export function networkHasNames(record: NetworkRecord): boolean {
  const { name, options } = record;
  return (
    !isBuiltin(name) &&
    leadsThroughHost(record) &&
    recordedOptions(options).dns !== false &&
    record.subnets.some(({ gateway }) => gateway !== undefined)
  );
}

/** The addresses on the host at which the sandboxes of a network ask for names: its gateways, IPv4 first; none where it has no names. */
export function nameServerAddresses(record: NetworkRecord): readonly string[] {
  return networkHasNames(record) ? record.subnets.flatMap(({ gateway }) => gateway ?? []) : [];
}
