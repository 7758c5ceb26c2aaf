import { dirname, join } from 'node:path';
import type { Use } from '../facts.js';
import { numberIn, textOf } from './files.js';

/** Where control groups are, usually: of the second kind all in one tree, of the first a tree for each controller. */
const trees = { second: '/sys/fs/cgroup', first: '/sys/fs/cgroup/pids' };

/**
 * Of the calling process's control group and those above it the one with the fewest processes and threads left; nothing where none is
 * limited. A service of systemd is, unless told otherwise, to 15 % of what the machine may have.
 */
export function gatherTasks(root = ''): Use | undefined {
  const text = textOf(`${root}/proc/self/cgroup`) ?? '';
  const [, first] = /^\d+:(?:[^:]*,)?pids(?:,[^:]*)?:(\/.*)$/m.exec(text) ?? [];
  const [, second] = /^0::(\/.*)$/m.exec(text) ?? [];
  const uses = [
    ...(first === undefined ? [] : usesOf(join(root, trees.first), first)),
    ...(second === undefined ? [] : usesOf(join(root, trees.second), second)),
  ];
  return uses.sort((one, other) => one.most - one.used - (other.most - other.used))[0];
}

/** From the group up to the root of its tree, which has no limit. */
function usesOf(tree: string, group: string): Use[] {
  const uses: Use[] = [];
  for (let path = join('/', group); path !== '/'; path = dirname(path)) {
    const [most, used] = ['pids.max', 'pids.current'].map((name) => numberIn(textOf(join(tree, path, name))));
    if (most !== undefined && used !== undefined) {
      uses.push({ used, most });
    }
  }
  return uses;
}
