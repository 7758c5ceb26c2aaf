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

/** From the power of ten at or below the least value to that at or above the greatest. All values are greater than zero. */
export function logScale(values: readonly number[]): Scale {
  const first = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
  return { at: (value) => (Math.log10(value) - first) / (last - first), ticks };
}

/** 1, 2 or 5 times a power of ten, at or above `least`. */
function roundStep(least: number): number {
  if (least <= 0) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}
