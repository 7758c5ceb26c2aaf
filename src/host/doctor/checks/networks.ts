import { type AnySubnet, anyOverlaps, parseAnySubnet } from '../../../address/index.js';
import { type Facts, isProblem, type LinkFacts, type NamespaceFacts, type NetworkFacts } from '../facts.js';
import { type Finding, finding, ok } from '../finding.js';

/** The networks on record: whether the links below them are there, and nobody else has their addresses. */
export function checkNetworks({ namespace, records }: Facts): Finding[] {
  if (isProblem(namespace) || !records || isProblem(records)) {
    return [];
  }
  const { networks } = records;
  return [
    ...checkLinks(networks, namespace.links),
    ...checkPorts(networks, namespace.links),
    ...checkRanges(networks, namespace),
  ];
}

function checkLinks(networks: readonly NetworkFacts[], links: readonly LinkFacts[]): Finding[] {
  // What nobody uses is made when somebody does.
  const needed = networks.filter(({ ours, isJoined }) => !ours || isJoined);
  const findings = needed.flatMap((network) => checkLink(network, links));
  return findings.length > 0 ? findings : [ok('bridges', 'the links of all networks that are in use are there and up')];
}

function checkLink({ name, interface: link, ours }: NetworkFacts, links: readonly LinkFacts[]): Finding[] {
  const found = links.find((one) => one.name === link);
  if (link === undefined || found?.isUp) {
    return [];
  }
  if (found) {
    const remedy = `Set it up: ip link set ${link} up`;
    return [finding('bridges', 'warning', [`${link} of network ${name} is down`, 'No packet passes it.', remedy])];
  }
  const title = `${link} of network ${name} is gone`;
  return ours
    ? [finding('bridges', 'error', [title, 'Sandboxes in the network are cut off.', 'Bring it back: netplumb gc'])]
    : [
        finding('bridges', 'error', [
          title,
          'It was there before the network and is not made by netplumb.',
          `Make it again, or remove the network: netplumb network rm ${name}`,
        ]),
      ];
}

/** BR_MAX_PORTS - 1 (net/bridge/br_private.h): ports are numbered from 1. */
const mostPorts = 1023;
const manyPorts = 920;

function checkPorts(networks: readonly NetworkFacts[], links: readonly LinkFacts[]): Finding[] {
  return networks.flatMap(({ name, interface: link }) => {
    const bridge = links.find((one) => one.name === link && one.kind === 'bridge');
    if (!bridge) {
      return [];
    }
    const ports = links.filter(({ master }) => master === bridge.index).length;
    const title = `bridge ${bridge.name} of network ${name} has ${ports} of ${mostPorts} ports`;
    if (ports < manyPorts) {
      return [ok('bridge-ports', title)];
    }
    const isFull = ports >= mostPorts;
    const detail = isFull ? 'No further sandbox can join it.' : 'Sandboxes beyond that are refused.';
    const remedy = 'Attach further sandboxes to another network, or to one of driver ptp, which has no such limit.';
    return [finding('bridge-ports', isFull ? 'error' : 'warning', [title, detail, remedy])];
  });
}

function checkRanges(networks: readonly NetworkFacts[], { ranges, links }: NamespaceFacts): Finding[] {
  const ours = new Set(links.filter(({ owner }) => owner?.isOurs).map(({ name }) => name));
  const foreign = ranges
    .filter((one) => !ours.has(one.interface))
    .map((one) => ({ ...one, subnet: parseAnySubnet(one.range) }));
  const clashes = networks.flatMap(({ name, interface: link, subnets }) =>
    subnets
      .map(parseAnySubnet)
      .flatMap((subnet, i) =>
        foreign
          .filter((one) => one.interface !== link && anyOverlaps(subnet, one.subnet) && !holds(one.subnet, subnet))
          .map((one) => clash(name, subnets[i] ?? '', one)),
      ),
  );
  return clashes.length > 0 ? clashes : [ok('ranges', 'no other interface has addresses of the networks')];
}

/** A wider route leads to what has no route of its own; the network has one. */
function holds(outer: AnySubnet, inner: AnySubnet): boolean {
  return outer.subnet.prefix < inner.subnet.prefix;
}

function clash(
  network: string,
  subnet: string,
  other: { readonly range: string; readonly interface: string },
): Finding {
  const isDocker = /^(docker0|br-[0-9a-f]{12})$/.test(other.interface);
  const whose = isDocker ? `${other.interface} (Docker's)` : other.interface;
  return finding('ranges', 'warning', [
    `subnet ${subnet} of network ${network} overlaps ${other.range} on ${whose}`,
    'Packets to those addresses go to one of the two only, whichever route the kernel prefers.',
    isDocker
      ? 'Give one of them another range: network create --subnet here, default-address-pools in /etc/docker/daemon.json there.'
      : 'Remove the network and create it with another range (network create --subnet).',
  ]);
}
