import type { Command } from 'commander';
import { parseMtu } from '../address/index.js';
import type { Host, HostOptions } from '../host/index.js';
import { type Call, repeated } from './command.js';
import { parsePoolOption } from './pool-option.js';
import type { Terminal } from './terminal.js';

/** Adds what every command understands. */
export function addGlobalOptions(command: Command): void {
  command
    .optionsGroup('Global options:')
    .option('--run-dir <directory>', 'records until the next boot (env: NETPLUMB_RUN_DIR; default: /run/netplumb)')
    .option('--state-dir <directory>', 'networks, kept (env: NETPLUMB_STATE_DIR; default: /var/lib/netplumb)')
    .option('--host-netns <path>', 'network namespace of the host (env: NETPLUMB_HOST_NETNS; default: the own one)')
    .option('--config <file>', 'configuration file, with keys of daemon.json (env: NETPLUMB_CONFIG)')
    .option('--bridge <name>', 'existing bridge to join instead of netplumb0')
    .option('--bip <address/prefix>', 'address of the bridge netplumb0 (default: 172.17.0.1/16 if that is free)')
    .option('--fixed-cidr <subnet>', 'part of its subnet that addresses are given out from (default: the whole)')
    .option('--mtu <bytes>', 'of endpoints and of the bridge netplumb0 (default: 1500)')
    .option(
      '--default-address-pool <pool>',
      'base=NETWORK/PREFIX,size=BITS: subnets come from there; several',
      repeated,
    )
    .option('--firewall <backend>', 'nftables, iptables or none (env: NETPLUMB_FIREWALL; default: nftables)')
    .option('--json', 'print one JSON document')
    .helpOption('--help', 'show this help');
}

/**
 * Opens the host that was named: by options, else by the environment, else by the configuration file. What could not be taken over
 * is told on standard error.
 */
export async function openNamedHost(options: Call['options'], terminal: Terminal): Promise<Host> {
  const named = await hostOptions(options, process.env);
  // Not before it is needed: help and wrong usage do without.
  const { openHost } = await import('../host/index.js');
  const host = await openHost(named);
  try {
    for (const { message } of host.problems) {
      await terminal.warn(message);
    }
  } catch (error) {
    await host.close();
    throw error;
  }
  return host;
}

/** Throws EBADOPTION for the configuration file and pools, EBADMTU. */
export async function hostOptions(options: Call['options'], environment: NodeJS.ProcessEnv): Promise<HostOptions> {
  const { mtu, defaultAddressPool, config, ...others } = options;
  const file = config ?? (environment.NETPLUMB_CONFIG || undefined);
  const configured = typeof file === 'string' ? (await import('./config/read.js')).readConfigFile(file) : {};
  const given = {
    runDir: others.runDir,
    stateDir: others.stateDir,
    netns: others.hostNetns,
    bridge: others.bridge,
    bip: others.bip,
    fixedCidr: others.fixedCidr,
    firewall: others.firewall,
    mtu: typeof mtu === 'string' ? parseMtu(mtu) : undefined,
    defaultAddressPools: Array.isArray(defaultAddressPool) ? defaultAddressPool.map(parsePoolOption) : undefined,
  };
  return { ...configured, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
