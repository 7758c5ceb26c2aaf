/** A patient program that attaches several at once. Arguments: the host's options as JSON, a namespace's file. */
import { performPatiently } from './patient-program.mjs';

const [options = '', netns = ''] = process.argv.slice(2);

await performPatiently(options, async (host, attempt) => {
  const specs = [
    { create: true, name: 'first' },
    { create: true, name: 'second' },
    { netns, name: 'third' },
    { create: true, name: 'fourth' },
  ];
  for (const { error } of await host.attachAll(specs)) {
    await attempt('attach', error ? Promise.reject(error) : Promise.resolve());
  }
});
