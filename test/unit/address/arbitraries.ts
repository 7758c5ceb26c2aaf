import fc from 'fast-check';

/** Any IPv4 address as a number. */
export const anyIpv4 = fc.nat({ max: 0xffffffff });

export const anyPrefix = fc.nat({ max: 32 });

/** Text that is nearly right: made of the characters that these grammars use, and of some that they do not. */
export const nearlyRight = fc.string({
  unit: fc.constantFrom(...'0123456789abcfABCF.:/-_ +%\n\u00a0é'),
  maxLength: 24,
});

/** The eight groups of an IPv6 address. Zeros are frequent, as in real ones and where writing it gets difficult. */
export const anyGroups = fc.oneof(
  fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 0xffff })), { minLength: 8, maxLength: 8 }),
  fc.tuple(fc.constantFrom(0, 0xffff), fc.nat({ max: 0xffff }), fc.nat({ max: 0xffff })).map(([sixth, high, low]) => {
    return [0, 0, 0, 0, 0, sixth, high, low];
  }),
);

/** The value of eight groups, by other means than the parser's. */
export function addressOfGroups(groups: readonly number[]): bigint {
  return BigInt(`0x${groups.map((value) => value.toString(16).padStart(4, '0')).join('')}`);
}

/** Any IPv6 address as a number. */
export const anyIpv6 = anyGroups.map(addressOfGroups);

export const anyPrefix6 = fc.nat({ max: 128 });
