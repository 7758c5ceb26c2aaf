/**
 * A program of its own that attaches: prints what came of it as JSON. Arguments: the host's options and the spec, both as
 * JSON; instead of a spec, nothing, to open the host alone.
 */
import { openHost } from '../../../src/index.js';

const [options = '{}', spec] = process.argv.slice(2);

async function outcome(): Promise<unknown> {
  await using host = await openHost(JSON.parse(options));
  return spec === undefined ? {} : await host.attach(JSON.parse(spec));
}

const answer = await outcome().catch((error: Error) => ({ error }));
process.stdout.write(`${JSON.stringify(answer)}\n`);
