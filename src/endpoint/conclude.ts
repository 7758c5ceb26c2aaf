import { type PortRecord, type SandboxRecord, type Tables, type Unsettled, updateSandbox } from '../store/index.js';

/**
 * Ends a change: what is on record by now becomes what `become` makes of it. (The end of a link may have gone meanwhile, with the
 * sandbox at the other end.) In a transaction.
 */
export function concludeChange(
  tables: Tables,
  { id }: SandboxRecord,
  become: (record: SandboxRecord) => SandboxRecord,
): void {
  const current = tables.sandboxes.get(id);
  if (current) {
    const { changer: _, ...sandbox } = current;
    updateSandbox(tables, become({ ...sandbox, state: 'ready' }));
  }
}

/** A record as if all that is being made or removed had come to stay. */
export function settledRecord(record: SandboxRecord): SandboxRecord {
  return withPorts({ ...record, endpoints: record.endpoints.map(settled) }, (record.ports ?? []).map(settled));
}

/** A record as if none of it were there. */
export function withoutUnsettled(record: SandboxRecord): SandboxRecord {
  const isSettled = ({ unsettled }: { readonly unsettled?: Unsettled }) => !unsettled;
  return withPorts(
    { ...record, endpoints: record.endpoints.filter(isSettled) },
    (record.ports ?? []).filter(isSettled),
  );
}

/** A record as if all of it were going. */
export function goingRecord(record: SandboxRecord): SandboxRecord {
  const asGoing = <Part extends { readonly unsettled?: Unsettled }>(part: Part): Part =>
    part.unsettled ? { ...part, unsettled: 'going' } : part;
  return withPorts({ ...record, endpoints: record.endpoints.map(asGoing) }, (record.ports ?? []).map(asGoing));
}

function withPorts({ ports: _, ...record }: SandboxRecord, ports: readonly PortRecord[]): SandboxRecord {
  return ports.length > 0 ? { ports, ...record } : record;
}

/** An endpoint or a port that has come to stay. */
export function settled<Part extends { readonly unsettled?: Unsettled }>({
  unsettled: _,
  ...part
}: Part): Omit<Part, 'unsettled'> {
  return part;
}
