export { type CommandEnd, type RunOptions, type RunSpec, run } from './run.js';
