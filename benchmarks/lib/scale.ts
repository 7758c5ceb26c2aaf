/** From figures to places on a chart. Pure. */

export interface Scale {
  /** Where a value lies between the ends of the axis: 0 to 1. */
  at(value: number): number;
  /** Round values within the axis, rising: what is written beside it. */
  readonly ticks: readonly number[];
}

/** From zero (or the least value, if that is below) to a round number at or above the greatest. */
export function linearScale(values: readonly number[]): Scale {
  const low = Math.min(0, ...values);
  const greatest = Math.max(...values);
  const step = roundStep((greatest - low) / 5);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(greatest / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  const span = (last - first) * step;
  return { at: (value) => (value - first * step) / span, ticks };
}

/**
 * Between two of 1, 2, 5, 10, 20…, which hold the values. Those are the ticks, or over more than two decades the powers of ten. All
 * values are greater than zero.
 */
export function logScale(values: readonly number[]): Scale {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const steps = roundSteps(Math.floor(Math.log10(least)) - 1, Math.ceil(Math.log10(greatest)) + 1);
  const first = steps.findLastIndex((step) => step <= least * (1 + 1e-9));
  const last = Math.max(
    first + 1,
    steps.findIndex((step) => step >= greatest * (1 - 1e-9)),
  );
  const within = steps.slice(first, last + 1);
  const [low, high] = [Math.log10(steps[first] ?? 1), Math.log10(steps[last] ?? 10)];
  const ticks = high - low > 2 ? within.filter(isPowerOfTen) : within;
  return { at: (value) => (Math.log10(value) - low) / (high - low), ticks };
}

/** 1, 2 and 5 times each power of ten. */
function roundSteps(from: number, to: number): number[] {
  const powers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return powers.flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)));
}

function isPowerOfTen(value: number): boolean {
  return Number.isInteger(Math.round(Math.log10(value) * 1e9) / 1e9);
}

/** 1, 2 or 5 times a power of ten, at or above `least`. */
function roundStep(least: number): number {
  if (least <= 0) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}
