/** A patient program that attaches many at once and detaches them. Arguments: the host's options as JSON, how many. */
import { performPatiently } from './patient-program.mjs';

const [options = '', count = ''] = process.argv.slice(2);
const names = Array.from({ length: Number(count) }, (_, i) => `many${i}`);

await performPatiently(options, async (host, attempt) => {
  const outcomes = [
    await attempt('attach', host.attachAll(names.map((name) => ({ create: true, name, publish: ['80'] })))),
    await attempt('detach', host.detachAll(names)),
  ];
  for (const { error } of outcomes.flatMap((some = []) => some)) {
    await attempt('each', error ? Promise.reject(error) : Promise.resolve());
  }
});
