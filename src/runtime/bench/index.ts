export { bench } from './bench.js';
export type { BenchOptions, BenchProgress, BenchReport, Limit, Spread, StepSpread } from './report.js';
