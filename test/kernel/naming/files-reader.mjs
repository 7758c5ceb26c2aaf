// A thread that reads a file over and over, as libraries do, and remembers every text that it has found there. `shared`: whether it
// is to stop, and how many times it has read.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ path: string, shared: Int32Array }} */
const { path, shared } = workerData;
const fd = openSync(path, 'r');
const buffer = Buffer.alloc(65536);
/** @type {Set<string>} */
const texts = new Set();

do {
  const length = readSync(fd, buffer, 0, buffer.length, 0);
  texts.add(buffer.toString('latin1', 0, length));
  Atomics.add(shared, 1, 1);
  Atomics.notify(shared, 1);
} while (Atomics.load(shared, 0) === 0);

parentPort?.postMessage({ texts: [...texts], inode: fstatSync(fd).ino });
closeSync(fd);
