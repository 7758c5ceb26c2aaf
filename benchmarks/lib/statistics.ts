/** What every benchmark here does with its numbers. All functions refuse an empty list, which has no such figure. */

/** The smallest value that at least `fraction` (0 to 1) of the values do not exceed (nearest rank). */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(fraction * sorted.length));
  return at(sorted, rank - 1);
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (at(sorted, Math.ceil(middle) - 1) + at(sorted, Math.floor(middle))) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / checked(values).length;
}

/**
 * The mean of each of `parts` stretches of equal length, in order; what does not divide evenly is spread over them.
 * With fewer values than parts, as many stretches as there are values.
 */
export function meansOfParts(values: readonly number[], parts: number): number[] {
  const count = Math.min(parts, checked(values).length);
  const edge = (part: number): number => Math.round((part * values.length) / count);
  return Array.from({ length: count }, (_, part) => mean(values.slice(edge(part), edge(part + 1))));
}

/** How the times of many endpoints are spread, in the benchmark's words. */
export interface Distribution {
  readonly p50_us: number;
  readonly p99_us: number;
  readonly max_us: number;
  /** Means: does the thousandth cost more than the first? */
  readonly first_tenth_us: number;
  readonly last_tenth_us: number;
}

/** Of microseconds, in the order in which the endpoints were made. */
export function distribution(microseconds: readonly number[]): Distribution {
  const means = meansOfParts(microseconds, 10);
  return {
    p50_us: percentile(microseconds, 0.5),
    p99_us: percentile(microseconds, 0.99),
    max_us: percentile(microseconds, 1),
    first_tenth_us: at(means, 0),
    last_tenth_us: at(means, means.length - 1),
  };
}

function at(values: readonly number[], index: number): number {
  return checked(values)[index] as number;
}

function checked(values: readonly number[]): readonly number[] {
  if (values.length === 0) {
    throw new RangeError('no values');
  }
  return values;
}
