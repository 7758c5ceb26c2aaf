/** A program that enters the network namespace at a path, opens sockets of both kinds, and lives until its input ends. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { native } from '../../../src/netlink/native.js';

native().enterNetns({ path: process.argv[2] ?? '' });
const udp = createSocket('udp4').bind(5300, '127.0.0.1');
const tcp = createServer().listen(5301, '127.0.0.1');
await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
process.stdout.write(`${readlinkSync('/proc/self/ns/net')}\n`);
process.stdin.resume().once('end', () => process.exit());
