// Holds the source trees to docs/architecture.md: every folder is a listed room, C++ includes only go down (dependency-cruiser
// sees to TypeScript's imports), every C++ source is built, and no file grows past 400 lines.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rooms } from './rooms.mjs';

const maxLines = 400;
const napiHeaders = /^(napi|node_api|js_native_api)\b/;

/** @type {string[]} */
const problems = [];
const nativeRooms = rooms('native');

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'native', 'src', 'test', 'benchmarks'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => /\.(cc|h|ts)$/.test(file) && existsSync(file));

for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > maxLines) {
    problems.push(`${file}: ${lines} lines; ${maxLines} at most`);
  }

  const [tree, room = '', ...rest] = file.split('/');
  const isRoot = rest.length === 0;
  if (tree === 'src' && !isRoot && !rooms('src').includes(room)) {
    problems.push(`${file}: src/${room}/ is not in docs/architecture.md`);
  }
  if (tree !== 'native') {
    continue;
  }
  if (isRoot || !nativeRooms.includes(room)) {
    problems.push(`${file}: not in a room that docs/architecture.md lists`);
  } else {
    checkIncludes(file, room, text);
  }
}
checkSources();

/**
 * @param {string} file
 * @param {string} room
 * @param {string} text
 */
function checkIncludes(file, room, text) {
  for (const [, bracket, header = ''] of text.matchAll(/^\s*#\s*include\s*([<"])([^>"]+)[>"]/gm)) {
    if (napiHeaders.test(header) && room !== 'binding') {
      problems.push(`${file}: only native/binding/ may know of JavaScript, not <${header}>`);
    }
    if (bracket === '<') {
      continue;
    }
    const target = header.split('/')[0] ?? '';
    if (!nativeRooms.includes(target)) {
      problems.push(`${file}: "${header}" does not name a room; includes are relative to native/`);
    } else if (nativeRooms.indexOf(target) > nativeRooms.indexOf(room)) {
      problems.push(`${file}: ${room} must not use ${target} ("${header}")`);
    }
  }
}

/** Compares native/sources.txt with the sources that exist. */
function checkSources() {
  const listed = readFileSync('native/sources.txt', 'utf8')
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  const existing = files.filter((file) => /^native\/.*\.cc$/.test(file) && !/_(test|fuzz)\.cc$/.test(file));
  for (const file of existing) {
    if (!listed.includes(file)) {
      problems.push(`${file}: missing from native/sources.txt`);
    }
  }
  for (const file of listed) {
    if (!existing.includes(file)) {
      problems.push(`native/sources.txt: ${file} does not exist`);
    }
  }
}

for (const problem of problems) {
  console.error(problem);
}
process.exitCode = problems.length > 0 ? 1 : 0;
