import type { Spread, StepSpread } from './report.js';

/** How values are spread; by nearest rank, so that each is one of the values. Of none: zeros. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (fraction: number) => sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

/** How the steps are spread of many attaches, given the microseconds of each, in the order of the steps; without those to leave out. */
export function stepSpreads(
  all: readonly Readonly<Record<string, number>>[],
  without: readonly string[],
): StepSpread[] {
  const steps = [...new Set(all.flatMap((times) => Object.keys(times)))].filter((step) => !without.includes(step));
  const valuesOf = (step: string) => all.flatMap((times) => times[step] ?? []);
  const sums = new Map(steps.map((step) => [step, valuesOf(step).reduce((sum, time) => sum + time, 0)]));
  const total = [...sums.values()].reduce((sum, time) => sum + time, 0);
  return steps.map((step) => ({
    step,
    ...spreadOf(valuesOf(step)),
    share: total > 0 ? (sums.get(step) ?? 0) / total : 0,
  }));
}
