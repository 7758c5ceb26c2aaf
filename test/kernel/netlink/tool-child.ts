/** A program of its own that runs a script, given as its argument, as a tool. */
import { Connection, toolPaths } from '../../../src/netlink/index.js';

await using connection = await Connection.open();
await connection.runTool({ candidates: toolPaths('sh'), arguments: ['-c', process.argv[2] ?? ''], input: '' });
