/** A patient program that attaches, publishes and detaches. Arguments: the host's options as JSON, a namespace's file. */
import { performPatiently } from './patient-program.mjs';

const [options = '', netns = ''] = process.argv.slice(2);

await performPatiently(options, async (host, attempt) => {
  await attempt(
    'attach',
    host.attach({ create: true, name: 'created', files: true, publish: ['8080:80', '53:53/udp'] }),
  );
  const found = await attempt('attach', host.attach({ netns, name: 'found' }));
  if (found && (await attempt('publish', host.publish('found', ['8443:443'])))) {
    await attempt('unpublish', host.unpublish('found', ['8443:443']));
  }
  await attempt('detach', host.detach('created'));
  await attempt('detach', host.detach('found'));
});
