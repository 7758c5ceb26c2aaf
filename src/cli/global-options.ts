import type { Command } from 'commander';
import { parseMtu } from '../address/index.js';
import type { Host, HostOptions } from '../host/index.js';
import type { Call } from './command.js';

/** Adds what every command understands. */
export function addGlobalOptions(command: Command): void {
  command
    .optionsGroup('Global options:')
    .option('--run-dir <directory>', 'where records are kept (env: NETPLUMB_RUN_DIR; default: /run/netplumb)')
    .option('--host-netns <path>', 'network namespace of the host (env: NETPLUMB_HOST_NETNS; default: the own one)')
    .option('--config <file>', 'configuration file, with keys of daemon.json (env: NETPLUMB_CONFIG)')
    .option('--bridge <name>', 'existing bridge to join instead of netplumb0')
    .option('--bip <address/prefix>', 'address of the bridge netplumb0 (default: 172.17.0.1/16 if that is free)')
    .option('--mtu <bytes>', 'of endpoints and of the bridge netplumb0 (default: 1500)')
    .option('--json', 'print one JSON document')
    .helpOption('--help', 'show this help');
}

/** Opens the host that was named: by options, else by the environment, else by the configuration file. */
export async function openNamedHost(options: Call['options']): Promise<Host> {
  const named = await hostOptions(options, process.env);
  // Not before it is needed: help and wrong usage do without.
  const { openHost } = await import('../host/index.js');
  return openHost(named);
}

/** Throws EBADOPTION for the configuration file, EBADMTU. */
export async function hostOptions(options: Call['options'], environment: NodeJS.ProcessEnv): Promise<HostOptions> {
  const { runDir, hostNetns, bridge, bip, mtu } = options as Readonly<Record<string, string | undefined>>;
  const file = options.config ?? (environment.NETPLUMB_CONFIG || undefined);
  const configured = typeof file === 'string' ? (await import('./config-file.js')).readConfigFile(file) : {};
  return {
    ...configured,
    ...(runDir !== undefined && { runDir }),
    ...(hostNetns !== undefined && { netns: hostNetns }),
    ...(bridge !== undefined && { bridge }),
    ...(bip !== undefined && { bip }),
    ...(mtu !== undefined && { mtu: parseMtu(mtu) }),
  };
}
