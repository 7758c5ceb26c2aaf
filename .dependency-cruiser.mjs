// TypeScript's layers: which module may import which. The order of the rooms is the table in docs/architecture.md.
import { rooms } from './scripts/rooms.mjs';

const order = rooms('src');

/** One rule a room: it may import itself, the rooms below it, and nothing else of src/. */
const layers = order.map((room, level) => ({
  name: `layer-${room}`,
  comment: `src/${room} may import only rooms above it in the table of docs/architecture.md`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${order.slice(0, level + 1).join('|')})/` },
}));

/** Packages that one room wraps, so that the others need not know of them. */
const owners = Object.entries({
  'node-gyp-build': 'netlink',
  lmdb: 'store',
  commander: 'cli',
  picocolors: 'cli',
  'ipaddr.js': 'address',
  'dns-packet': 'naming',
}).map(([dependency, room]) => ({
  name: `owner-${dependency}`,
  comment: `only src/${room} may import ${dependency}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${room}/` },
  to: { path: `node_modules/${dependency}/` },
}));

export default {
  forbidden: [
    ...layers,
    ...owners,
    {
      name: 'no-circles',
      comment: 'types may refer to each other in a circle, modules may not: what runs first would depend on who asks',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'product-only',
      comment: 'what is shipped uses neither tests, benchmarks and scripts nor development packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|benchmarks|scripts)/' },
    },
    {
      name: 'declared',
      comment: 'src/ imports only what package.json lists as a dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined'],
        pathNot: 'node_modules/@types/',
      },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out|build)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
