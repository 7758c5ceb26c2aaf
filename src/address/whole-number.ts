/** Up to ten digits without sign and leading zeros: more than anyone asks for, and still exact as a number. */
const grammar = /^(0|[1-9]\d{0,9})$/;

/** Reads a whole number from `min` to `max`, given as a number or as decimal digits; nothing if it is not one. */
export function parseWhole(value: string | number, min: number, max: number): number | undefined {
  const number = typeof value === 'string' && grammar.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max ? number : undefined;
}
