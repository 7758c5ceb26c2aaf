/**
 * A patient program that connects a sandbox that is there to networks, one after the other, and disconnects it again. Arguments:
 * the host's options and what to connect, as JSON.
 */
import { performPatiently } from './patient-program.mjs';

const [options = '', what = ''] = process.argv.slice(2);

/** @type {{ sandbox: string, networks: string[] }} */
const { sandbox, networks } = JSON.parse(what);

await performPatiently(options, async (host, attempt) => {
  for (const network of networks) {
    await attempt(
      `connect ${network}`,
      host.networks.connect(network, sandbox, {
        gatewayPriority: 1,
        networkAliases: network === 'web' ? ['service'] : [],
      }),
    );
  }
  for (const network of networks) {
    await attempt(`disconnect ${network}`, host.networks.disconnect(network, sandbox));
  }
});
