/** A process that says who it is and waits for its end. */
import { newOwner } from '../../../src/store/index.js';

process.stdout.write(`${newOwner()}\n`);
process.stdin.resume();
