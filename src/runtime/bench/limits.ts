import type { Finding, FindingId } from '../../host/index.js';
import type { Figures, Limit } from './report.js';

/** Of which on a thread counts as what everything else waits for. */
const busy = 0.8;

/** Of these doctor tells how many sandboxes there is room for. */
const rooms: readonly FindingId[] = ['neighbours-ipv4', 'neighbours-ipv6'];

/** Of these it is worth telling when they are short. */
const supplies: readonly FindingId[] = [
  'threads',
  'tasks',
  'open-files',
  'all-files',
  'net-namespaces',
  'mounts',
  'conntrack',
];

/** Of all processors' time, of which on what others had of it counts. The kernel's own threads, which see to the rest, have less. */
const crowded = 0.4;

/** What keeps a host from doing more: by what was measured in namespaces of its own, and by what doctor has found on itself. */
export function limitsOf(figures: Figures, findings: readonly Finding[]): Limit[] {
  const concerned = figures.network === 'none' ? [] : findings.filter(({ id }) => rooms.includes(id));
  const short = findings.filter(({ id, level }) => supplies.includes(id) && level !== 'ok');
  return [
    ...rateLimit(figures),
    ...memoryLimit(figures),
    ...[...concerned, ...short].map(({ id, title, remedy }) => ({
      id,
      title,
      ...(remedy !== undefined && { remedy }),
    })),
  ];
}

/** Who keeps the rate from being higher. */
function rateLimit({ attach, steps }: Figures): Limit[] {
  if (attach.count === 0) {
    return [];
  }
  const others = attach.machine - attach.own;
  if (others >= crowded) {
    // Whatever was slow may have waited for them.
    const title = `others had ${percent(others)} of the processors meanwhile: the host can do more than this`;
    return [{ id: 'rate', title, remedy: 'Measure again when less else runs.' }];
  }
  return [{ id: 'rate', ...rateOf(attach, longest(steps)) }];
}

function rateOf({ engine, main, machine }: Figures['attach'], longestStep: string): Omit<Limit, 'id'> {
  if (engine >= busy) {
    return {
      title: `the kernel sets the rate: its steps took ${percent(engine)} of the time, most of it ${longestStep}`,
    };
  }
  if (main >= busy) {
    return { title: `netplumb's own thread sets the rate: it was busy for ${percent(main)} of the time` };
  }
  if (machine >= busy) {
    const remedy = 'Measure again when nothing else runs.';
    return { title: `the processors set the rate: ${percent(machine)} of them were in use`, remedy };
  }
  const parts = `the kernel's steps took ${percent(engine)} of the time, netplumb's own thread ${percent(main)}`;
  return { title: `waiting sets the rate: ${parts}, and neither was busy all along` };
}

function longest(steps: Figures['steps']): string {
  return steps.reduce((most, one) => (one.share > most.share ? one : most), { step: 'none', share: 0 }).step;
}

/** How many there is room for. */
function memoryLimit({ memory, available, count }: Figures): Limit[] {
  if (memory === undefined) {
    return [];
  }
  const more = Math.floor(available / memory);
  const title = `memory for about ${roughly(count + more)} such sandboxes: ${Math.round(memory / 1024)} KiB each`;
  return [{ id: 'memory', title }];
}

/** Two digits: more would claim what nobody knows. */
function roughly(number: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, number))) - 1);
  return Math.floor(number / unit) * unit;
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}
