import { checkDirectories } from './checks/directories.js';
import { checkFirewall } from './checks/firewall.js';
import { checkForwarding } from './checks/forwarding.js';
import { checkKernel } from './checks/kernel.js';
import { checkLimits } from './checks/limits.js';
import { checkNetworks } from './checks/networks.js';
import { checkPacketPath } from './checks/packet-path.js';
import { checkProcess } from './checks/process.js';
import { checkRecords } from './checks/records.js';
import { checkRules } from './checks/rules.js';
import type { Facts } from './facts.js';
import type { Finding } from './finding.js';

/** In the order in which things depend on each other. */
const checks = [
  checkProcess,
  checkKernel,
  checkRules,
  checkDirectories,
  checkRecords,
  checkNetworks,
  checkForwarding,
  checkPacketPath,
  checkFirewall,
  checkLimits,
];

/** What facts mean. Pure. */
export function diagnose(facts: Facts): Finding[] {
  return checks.flatMap((check) => check(facts));
}
