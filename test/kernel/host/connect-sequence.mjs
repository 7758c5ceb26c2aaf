/**
 * As sequence.mjs, but connects a sandbox that is there to networks, one after the other, and disconnects it again. Arguments: the
 * host's options and what to connect, as JSON.
 */
import { openHost } from '../../../dist/index.js';

const [options = '', what = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.pause();

/** @type {{ sandbox: string, networks: string[] }} */
const { sandbox, networks } = JSON.parse(what);

/** @type {{ step: string, error: unknown }[]} */
const failures = [];

/**
 * @template Result
 * @param {string} step
 * @param {Promise<Result>} work
 */
async function attempt(step, work) {
  try {
    return await work;
  } catch (error) {
    failures.push({ step, error });
    return undefined;
  }
}

const host = await attempt('open', openHost(JSON.parse(options)));
if (host) {
  for (const network of networks) {
    await attempt(`connect ${network}`, host.networks.connect(network, sandbox, { gatewayPriority: 1 }));
  }
  for (const network of networks) {
    await attempt(`disconnect ${network}`, host.networks.disconnect(network, sandbox));
  }
  await attempt('close', host.close());
}
process.stdout.write(JSON.stringify(failures));
