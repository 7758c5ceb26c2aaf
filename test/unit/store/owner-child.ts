/** A process that says who it is and waits for its end. */
import { thisProcess } from '../../../src/store/index.js';

process.stdout.write(`${thisProcess()}\n`);
process.stdin.resume();
