import { type Facts, isProblem, type RecordFacts } from '../facts.js';
import { type Finding, finding, ok } from '../finding.js';

/** What the host does with packets before and beside forwarding them. */
export function checkPacketPath({ namespace, records }: Facts): Finding[] {
  if (isProblem(namespace)) {
    return [];
  }
  const { sysctls } = namespace;
  const known = records && !isProblem(records) ? records : undefined;
  return [...checkIpv6(sysctls, known), ...checkReversePath(sysctls, known), ...checkBridgeNetfilter(sysctls)];
}

type Sysctls = Readonly<Record<string, string>>;

function checkIpv6(sysctls: Sysctls, records: RecordFacts | undefined): Finding[] {
  const disabled = sysctls['ipv6/conf/all/disable_ipv6'];
  if (disabled === '0') {
    return [ok('ipv6', 'IPv6 is there')];
  }
  const networks = records?.networks.filter(({ subnets }) => subnets.some((subnet) => subnet.includes(':'))) ?? [];
  const title =
    disabled === undefined ? 'the kernel has no IPv6, or it is switched off at boot' : 'IPv6 is switched off';
  const level = networks.length > 0 ? 'error' : 'note';
  const names = networks.map(({ name }) => name).join(', ');
  const detail = networks.length > 0 ? `Networks have IPv6 subnets: ${names}.` : 'Networks can only have IPv4.';
  const remedy =
    'For IPv6: sysctl -w net.ipv6.conf.all.disable_ipv6=0, and no ipv6.disable=1 on the kernel command line.';
  return [finding('ipv6', level, [title, detail, remedy])];
}

/** Of an interface's own setting and that of all, the larger counts; 1 is strict, 2 is loose (ip-sysctl.rst). */
function checkReversePath(sysctls: Sysctls, records: RecordFacts | undefined): Finding[] {
  const values = [sysctls['ipv4/conf/all/rp_filter'], sysctls['ipv4/conf/default/rp_filter']].map(Number);
  if (values.some(Number.isNaN)) {
    return [];
  }
  if (Math.max(...values) !== 1) {
    return [ok('rp-filter', 'the reverse path of packets is not checked strictly')];
  }
  const several = records?.sandboxes.filter(({ networks }) => new Set(networks).size > 1).map(({ name }) => name) ?? [];
  const detail =
    several.length > 0
      ? `Sandboxes in several networks answer by their default route only; the host drops what comes back otherwise: ${several.join(', ')}.`
      : 'A sandbox in several networks answers by its default route only; the host would drop what comes back otherwise.';
  const remedy = 'Loosen it where that happens: sysctl -w net.ipv4.conf.all.rp_filter=2';
  const title = 'the reverse path of packets is checked strictly (rp_filter)';
  return [finding('rp-filter', several.length > 0 ? 'warning' : 'note', [title, detail, remedy])];
}

function checkBridgeNetfilter(sysctls: Sysctls): Finding[] {
  const on = ['iptables', 'ip6tables'].filter((program) => sysctls[`bridge/bridge-nf-call-${program}`] === '1');
  if (on.length === 0) {
    return [ok('bridge-netfilter', 'packets within a bridge do not pass the IP firewall')];
  }
  return [
    finding('bridge-netfilter', 'note', [
      `packets within a bridge pass the IP firewall (bridge-nf-call-${on.join(', bridge-nf-call-')})`,
      'Rules for forwarding also apply between sandboxes of one bridge, each packet costs more, and on networks without icc nobody ' +
        'reaches published ports of the same network at the host. Docker and Kubernetes switch it on.',
      `Unless something needs it: sysctl -w ${on.map((program) => `net.bridge.bridge-nf-call-${program}=0`).join(' ')}`,
    ]),
  ];
}
