/** Fills a pool of the network `web`, and is killed before it can close it. Arguments: the host's options, and the pool's, as JSON. */
import { openHost } from '../../../src/index.js';

const [options = '', pool = ''] = process.argv.slice(2);
const host = await openHost(JSON.parse(options));
await host.pool('web', JSON.parse(pool)).fill();
process.kill(process.pid, 'SIGKILL');
