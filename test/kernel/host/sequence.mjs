/** A patient program that attaches and detaches. Arguments: the host's options as JSON, a namespace's file. */
import { performPatiently } from './patient-program.mjs';

const [options = '', netns = ''] = process.argv.slice(2);

await performPatiently(options, async (host, attempt) => {
  await attempt('attach', host.attach({ create: true, name: 'created' }));
  await attempt('attach', host.attach({ netns, name: 'found' }));
  await attempt('detach', host.detach('created'));
  await attempt('detach', host.detach('found'));
});
