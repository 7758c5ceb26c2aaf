/** A patient program that detaches many at once. Arguments: the host's options as JSON, the sandboxes' names as JSON. */
import { performPatiently } from './patient-program.mjs';

const [options = '', names = ''] = process.argv.slice(2);

await performPatiently(options, async (host, attempt) => {
  for (const { error } of await host.detachAll(JSON.parse(names))) {
    await attempt('detach', error ? Promise.reject(error) : Promise.resolve());
  }
});
