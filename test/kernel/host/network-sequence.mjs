/** A patient program that makes a network and removes another. Arguments: the host's options and the networks' names, as JSON. */
import { performPatiently } from './patient-program.mjs';

const [options = '', what = ''] = process.argv.slice(2);

/** @type {{ made: string, removed: string }} */
const { made, removed } = JSON.parse(what);

await performPatiently(options, async (host, attempt) => {
  await attempt('create', host.networks.create({ name: made }));
  await attempt('remove', host.networks.remove(removed));
});
