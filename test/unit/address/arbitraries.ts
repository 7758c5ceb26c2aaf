import fc from 'fast-check';

/** Any IPv4 address as a number. */
export const anyIpv4 = fc.nat({ max: 0xffffffff });

export const anyPrefix = fc.nat({ max: 32 });

/** Text that is nearly right: made of the characters that these grammars use, and of some that they do not. */
export const nearlyRight = fc.string({
  unit: fc.constantFrom(...'0123456789abcfABCF.:/-_ +%\n\u00a0é'),
  maxLength: 24,
});
