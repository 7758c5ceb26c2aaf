export { bench } from './bench.js';
export type { BenchReport, Spread } from './report.js';
