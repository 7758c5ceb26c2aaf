import { attemptAsync } from '../errors/index.js';
import { networkHasNames } from '../naming/index.js';
import type { Network } from '../network/index.js';
import type { SandboxRecord, Tables } from '../store/index.js';
import type { EndpointContext } from './context.js';

/** A sandbox that is about to look others up, and to be found. */
export interface Named {
  readonly record: SandboxRecord;
  readonly network: Network | undefined;
}

/**
 * Makes what sandboxes look names up by: their files, and the name server where their network has names. Costs those nothing that
 * have neither. Returns an error for each that cannot have it: `closeNames` takes back what was made for it.
 */
export async function openNames<One extends Named>(
  context: EndpointContext,
  openings: readonly One[],
): Promise<Map<One, Error>> {
  const { naming } = context;
  const errors = new Map<One, Error>();
  const withFiles = openings.filter(({ record }) => record.files);
  const refusals = withFiles.length === 0 ? [] : await naming.files.make(withFiles.map(({ record }) => record));
  if (withFiles.length > 0) {
    naming.files.watch();
  }
  withFiles.forEach((one, i) => {
    const refusal = refusals[i];
    if (refusal) {
      errors.set(one, refusal);
    }
  });
  const named = openings.filter((one) => !errors.has(one));
  // One network that cannot have it is nothing to those on others.
  for (const network of new Set(named.flatMap((one) => one.network ?? []))) {
    const failure = await attemptAsync(() => requireServer(context, network));
    if (failure) {
      for (const one of named.filter((each) => each.network === network)) {
        errors.set(one, failure);
      }
    }
  }
  return errors;
}

/** Takes back what `openNames` has made; those who are linked to them forget where they were. Can be repeated. */
export async function closeNames({ naming, store }: EndpointContext, records: readonly SandboxRecord[]): Promise<void> {
  const concerned = store.read((tables) => records.filter((record) => record.files || isLinkedTo(tables, record)));
  if (concerned.length > 0) {
    await naming.files.remove(concerned);
  }
}

/** Whether others find a sandbox by a link, and have to be told where it is. In a transaction or while reading. */
export function isLinkedTo({ linkers }: Tables, { name }: SandboxRecord): boolean {
  return linkers.get(name) !== undefined;
}

/** Tells sandboxes, and those who are linked to them, where they are now. What cannot be written is for gc. */
export async function tellNames({ naming }: EndpointContext, records: readonly SandboxRecord[]): Promise<void> {
  if (records.length > 0) {
    await attemptAsync(() => naming.files.refresh(records));
  }
}

/** Has the name server listen in a network, if that has names, before anybody is told who is there. Throws ENAMESERVER. */
export async function requireServer({ naming, store }: EndpointContext, { record }: Network): Promise<undefined> {
  if (networkHasNames(record) && !store.read((tables) => naming.service.isSure(tables, record))) {
    await naming.service.ensure([record]);
  }
}
