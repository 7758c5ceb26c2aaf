import * as v from 'valibot';
import {
  anyContains,
  anyOverlaps,
  formatAnySubnet,
  parseAnyAddress,
  parseAnySubnet,
  parseInterfaceName,
  parseName,
} from '../address/index.js';
import type { NetworkRecord, SubnetRecord } from './records.js';

/** Text that `read` accepts, as `read` returns it. */
function readBy(read: (text: string) => string) {
  return v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return read(dataset.value);
      } catch (error) {
        addIssue({ message: (error as Error).message });
        return NEVER;
      }
    }),
  );
}

const address = readBy(parseAnyAddress);
const cidr = readBy((text) => formatAnySubnet(parseAnySubnet(text)));
const texts = v.record(v.string(), v.string());

const subnet = v.pipe(
  v.strictObject({
    subnet: cidr,
    gateway: v.exactOptional(address),
    range: v.exactOptional(cidr),
    auxiliary: v.exactOptional(v.record(v.string(), address)),
  }),
  v.check(holdsItsAddresses, 'an address or range lies outside its subnet'),
);

const definition = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'it must be 64 hexadecimal digits')),
  name: readBy((text) => parseName(text, 'network')),
  driver: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'it must be the name of a driver')),
  created: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  internal: v.boolean(),
  attachable: v.boolean(),
  ipv6: v.boolean(),
  subnets: v.pipe(
    v.array(subnet),
    v.check((subnets) => areApart(subnets), 'two subnets overlap'),
    v.check((subnets) => beginWithIpv4(subnets), 'IPv4 subnets come before those of IPv6'),
  ),
  options: texts,
  labels: texts,
  interface: v.exactOptional(readBy(parseInterfaceName)),
  ours: v.boolean(),
});

/**
 * The network that a definition describes, addresses in the one way that they are written here; or, as text, the first thing
 * that is wrong with it. `content` is what JSON.parse has returned, without the format's number.
 */
export function readDefinition(content: unknown): NetworkRecord | string {
  const result = v.safeParse(definition, content);
  if (result.success) {
    return result.output;
  }
  const issue = result.issues[0];
  const key = v.getDotPath(issue);
  return key === null ? issue.message : `${JSON.stringify(key)}: ${issue.message}`;
}

function holdsItsAddresses({ subnet, gateway, range, auxiliary = {} }: SubnetRecord): boolean {
  const whole = parseAnySubnet(subnet);
  const inside = [...(gateway === undefined ? [] : [gateway]), ...Object.values(auxiliary)];
  if (!inside.every((one) => anyContains(whole, one))) {
    return false;
  }
  if (range === undefined) {
    return true;
  }
  const part = parseAnySubnet(range);
  return anyOverlaps(whole, part) && part.subnet.prefix >= whole.subnet.prefix;
}

function areApart(subnets: readonly SubnetRecord[]): boolean {
  const parsed = subnets.map((one) => parseAnySubnet(one.subnet));
  return parsed.every((one, index) => !parsed.slice(0, index).some((other) => anyOverlaps(one, other)));
}

function beginWithIpv4(subnets: readonly SubnetRecord[]): boolean {
  const families = subnets.map((one) => parseAnySubnet(one.subnet).family);
  return families.every((family, index) => index === 0 || family >= (families[index - 1] ?? family));
}
