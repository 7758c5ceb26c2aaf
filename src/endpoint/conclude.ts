import { type EndpointRecord, type SandboxRecord, type Tables, updateSandbox } from '../store/index.js';

/**
 * Ends a change: the endpoints that are on record by now, each as `become` says. (The end of a link may have gone meanwhile, with
 * the sandbox at the other end.) In a transaction.
 */
export function concludeChange(
  tables: Tables,
  { id }: SandboxRecord,
  become: (endpoint: EndpointRecord) => readonly EndpointRecord[],
): void {
  const current = tables.sandboxes.get(id);
  if (current) {
    const { changer: _, ...sandbox } = current;
    updateSandbox(tables, { ...sandbox, state: 'ready', endpoints: current.endpoints.flatMap(become) });
  }
}

/** An endpoint that has come to stay. */
export function settled({ unsettled: _, ...endpoint }: EndpointRecord): EndpointRecord {
  return endpoint;
}
