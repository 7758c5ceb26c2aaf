/**
 * A patient program that fills a pool, takes out of it, drains it and detaches what it has taken. Arguments: the host's options as JSON,
 * a network.
 */
import { performPatiently } from '../host/patient-program.mjs';

const [options = '', network = ''] = process.argv.slice(2);

await performPatiently(options, async (host, attempt) => {
  const pool = host.pool(network, { size: 3, refill: false, publish: ['80'] });
  await attempt('fill', pool.fill());
  await attempt('take', pool.take({ name: 'quick' }));
  await attempt('take', pool.take({ name: 'slow', publish: ['8080:81'], files: true }));
  // What outlives this process, if it is killed.
  const lasting = host.pool(network, { size: 1, refill: false, bound: false });
  await attempt('fill', lasting.fill());
  await attempt('drain', lasting.drain());
  await attempt('drain', pool.drain());
  await attempt('detach', host.detach('quick'));
  await attempt('detach', host.detach('slow'));
});
