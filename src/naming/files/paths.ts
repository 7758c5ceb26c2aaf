import { join } from 'node:path';

/** A sandbox's files, for mounting over those of the same names in /etc. */
export interface NameFilePaths {
  readonly hostname: string;
  readonly hosts: string;
  readonly resolvConf: string;
}

/** Where the files of all sandboxes of a run directory are. */
export function filesDirectory(runDir: string): string {
  return join(runDir, 'sandboxes');
}

/** Where the files of one are, by its id. */
export function sandboxDirectory(runDir: string, id: string): string {
  return join(filesDirectory(runDir), id);
}

/** The paths of a sandbox's files, by its id, whether or not they are there. */
export function nameFilePaths(runDir: string, id: string): NameFilePaths {
  const directory = sandboxDirectory(runDir, id);
  return {
    hostname: join(directory, 'hostname'),
    hosts: join(directory, 'hosts'),
    resolvConf: join(directory, 'resolv.conf'),
  };
}
