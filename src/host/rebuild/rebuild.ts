import type { EndpointContext } from '../../endpoint/index.js';
import { attemptAsync, NetplumbError, newError } from '../../errors/index.js';
import { parseMark } from '../../network/index.js';
import { passHostIndexes } from '../../store/host-index.js';
import type { Tables } from '../../store/index.js';
import { look } from './look.js';
import { type RecordOptions, recordFound } from './record.js';

/** What was found out from the kernel. */
export interface Rebuilt {
  /** Names of the sandboxes that are on record again. */
  readonly sandboxes: readonly string[];
  /** What was lost, for people. */
  readonly problems: readonly Error[];
}

/** What is known beside the kernel. */
export interface RebuildOptions {
  /** What the host's options say of the default network. */
  readonly defaults: RecordOptions['defaults'];
}

/** Counts that the kernel was asked what lives. */
const counter = 'rebuilt';

const nothing: Rebuilt = { sandboxes: [], problems: [] };

/**
 * Puts on record what lives and is not: the sandboxes whose interfaces say that this run directory owns them, with their
 * addresses, and the networks that they are in. Once for each file of records, when it is new; nobody attaches before. All of it is
 * one transaction: who is killed has done nothing, and of two at once the first decides. Left to others by who may not look. Throws the
 * kernel's refusals.
 */
export async function rebuildRecords(
  context: Pick<EndpointContext, 'connection' | 'store' | 'netns'>,
  { defaults }: RebuildOptions,
): Promise<Rebuilt> {
  const { store } = context;
  if (store.read(isDone)) {
    return nothing;
  }
  const { damage } = store;
  const found = await attemptAsync(() => look(context));
  if (found instanceof Error) {
    // Who may not look into namespaces makes none either: it is left to somebody who may.
    if (found instanceof NetplumbError && ['EPERM', 'EACCES'].includes(found.code)) {
      return nothing;
    }
    throw found;
  }
  return store.transaction((tables) => {
    if (isDone(tables)) {
      return nothing;
    }
    tables.counters.putSync(counter, 1);
    // Somebody else's may be as high as there are numbers.
    const own = found.links.filter(({ alias }) => parseMark(alias)?.kind === 'sandbox');
    passHostIndexes(
      tables,
      own.map(({ index }) => index),
    );
    const { sandboxes, problems } = recordFound(tables, found, { directory: store.directory, defaults });
    if (damage === undefined && sandboxes.length === 0 && problems.length === 0) {
      return nothing;
    }
    const values = {
      directory: store.directory,
      reason: damage ?? 'there is no file of them',
      sandboxes: sandboxes.length === 0 ? 'none' : listed(sandboxes),
    };
    return { sandboxes, problems: [newError('ESTATELOST', values), ...problems] };
  });
}

function isDone({ counters }: Tables): boolean {
  return counters.get(counter) !== undefined;
}

/** Enough of many names. */
function listed(names: readonly string[]): string {
  const most = 20;
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return `${names.slice(0, most).join(', ')}${more}`;
}
