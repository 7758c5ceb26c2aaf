/** How much of a store's file is in use: by a process of its own, because LMDB's locks forbid to open a file twice in one. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open, type RootDatabase } from 'lmdb';

/** Bytes of the pages that hold records, by table; free ones and those that say where they are do not count. */
export type StorePages = Readonly<Record<string, number>>;

interface Stats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

const program = fileURLToPath(import.meta.url);

/** Of the records of this boot in a run directory that somebody has open. */
export function pagesInUse(runDir: string): StorePages {
  return JSON.parse(execFileSync(process.execPath, [...process.execArgv, program, runDir], { encoding: 'utf8' }));
}

function count(runDir: string): StorePages {
  const [file = ''] = readdirSync(runDir).filter((name) => /^state-.*\.mdb$/.test(name));
  const root = open({ path: join(runDir, file), readOnly: true, maxDbs: 24 });
  const tables = [...root.getKeys()].map(String).filter((name) => !name.startsWith('__'));
  return Object.fromEntries(tables.map((name) => [name, bytesOf(root, name)]));
}

function bytesOf(root: RootDatabase, name: string): number {
  const table = root.openDB({ name, encoding: 'binary' });
  const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = table.getStats() as Stats;
  return pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages);
}

if (process.argv[1] === program) {
  process.stdout.write(JSON.stringify(count(process.argv[2] ?? '')));
}
