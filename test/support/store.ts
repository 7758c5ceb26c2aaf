import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Store } from '../../src/store/index.js';

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'netplumb-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The records in a run directory, by default a new one; closed after the test. */
export function openStore(directory = temporaryDirectory()): Store {
  const store = Store.open(directory, join(directory, 'state'));
  onTestFinished(() => store.close());
  return store;
}
