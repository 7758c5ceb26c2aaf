/**
 * The bytes of values in the file of records: half as many as those of a general format, because what records are made of is known.
 * Files have them: tags and words are never to be changed or moved, only added behind the last (`words` has room for 128).
 *
 * A value is a tag and what belongs to it. A number from 0 to 63 is its own tag; one from 128 stands for a word, of an object's keys
 * and of its values.
 */
export const Tag = {
  /** The first byte of a value in this format; no value of MessagePack begins so. */
  start: 0xc1,
  null: 64,
  true: 65,
  false: 66,
  /** 2 bytes. These and all numbers: little endian. */
  uint16: 67,
  /** 4 bytes. */
  uint32: 68,
  /** 6 bytes. */
  uint48: 69,
  /** 8 bytes. */
  float64: 70,
  /** Length (1 byte), characters (1 byte each). */
  ascii: 71,
  /** Length (4 bytes), UTF-16 (2 bytes each): a string need not be well formed. */
  text: 72,
  /** 64 hexadecimal digits: 32 bytes. */
  id: 73,
  /** The same as the record's key, or the first part of it. */
  key: 74,
  /** The beginning of that: length (1 byte). */
  keyStart: 75,
  /** 4 bytes, from the left. */
  ipv4: 76,
  /** 6 bytes, from the left. */
  mac: 77,
  /** Number of values (4 bytes if long, otherwise 1), values. */
  list: 78,
  longList: 79,
  /** Number of properties, names and values. */
  object: 80,
  longObject: 81,
  /** A number without zeros before it, as text: the number, below 2^48. */
  decimal: 82,
  /** Up to 255 hexadecimal digits, of an even number: half of that (1 byte), bytes. */
  hex: 83,
  /** Texts with colons between them: how many (1 byte), texts. */
  parts: 84,
} as const;

export const smallNumbers = 64;
export const firstWord = 128;

/** Names of properties, and values that often occur. */
export const words: readonly string[] = [
  ...['id', 'name', 'mode', 'state', 'owner', 'changer', 'bound', 'created', 'netns', 'kind', 'pid', 'path', 'sandbox'],
  ...['hostname', 'cookie', 'pin', 'endpoints', 'exposed', 'ports', 'links', 'naming', 'env', 'files', 'times', 'pool'],
  ...['network', 'interface', 'hostInterface', 'hostIndex', 'address', 'prefixLength', 'gateway', 'address6'],
  ...['prefixLength6', 'gateway6', 'macAddress', 'mtu', 'gatewayPriority', 'link', 'peer', 'aliases', 'unsettled'],
  ...['segment', 'hostAddress', 'hostPort', 'port', 'protocol', 'pools', 'servers', 'search', 'options', 'hosts'],
  ...['early', 'released', 'role', 'next', 'tail', 'head', 'number', 'time', 'action', 'connected', 'disconnected'],
  ...['driver', 'internal', 'attachable', 'ipv6', 'subnets', 'subnet', 'range', 'auxiliary', 'labels', 'ours'],
  ...['bridge', 'host', 'none', 'container', 'pending', 'ready', 'changing', 'leaving', 'pooled', 'coming', 'going'],
  ...['fd', 'shared', 'attached', 'detached', 'tcp', 'udp', 'sctp', 'eth0', 'eth1'],
];

/** The text that `Tag.key` stands for. */
export function textOfKey(key: unknown): string {
  const text: unknown = Array.isArray(key) ? key[0] : key;
  return typeof text === 'string' ? text : '';
}
