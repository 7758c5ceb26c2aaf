/** One write of a plan: `text` (a byte a character) goes to `offset`, over as many bytes or behind the last one. */
export interface LineWrite {
  readonly offset: number;
  readonly text: string;
}

export interface LinePlan {
  /** In this order. */
  readonly writes: readonly LineWrite[];
  /** What is left of lines that are no longer wanted: comments, to be cleared by the next plan. */
  readonly spent: readonly string[];
}

/** What is ours in a file. */
export interface OwnLines {
  readonly lines: readonly string[];
  readonly spent: readonly string[];
}

/** One line of a file. */
interface Slot {
  readonly offset: number;
  /** Without the newline. */
  readonly length: number;
  /** Without the blanks at its end. */
  readonly text: string;
}

/** Where a line goes that is not in the file yet. */
interface Placed {
  readonly line: string;
  readonly offset: number;
}

/**
 * How a file of lines is changed under the eyes of its readers: where it is, for a mounted file must stay the one that it is. The
 * kernel lets readers see half of any write of more than a few bytes (one read in a hundred, under load). So a line is written as a comment
 * first, and its first byte last; one that goes becomes a comment by its first byte. At every moment each line is whole: one
 * that was there, or one that is wanted. The lines wanted are there before others go, and in their order. Lines that are not ours stay
 * as they are. What is free because it was spent by an earlier plan is used again; the file never gets shorter.
 *
 * `file`: its bytes, one a character; `wanted`: lines without newlines, blanks at the end, or nothing in them.
 */
export function planLines(file: string, wanted: readonly string[], own: OwnLines): LinePlan {
  const slots = slotsOf(file);
  const cleared = spentSlots(slots, wanted, own.spent);
  const free = new Set([...slots.filter(({ text }) => text === '#'), ...cleared]);
  const { kept, filled, added } = arrange(slots, wanted, free);
  const end = file === '' || file.endsWith('\n') ? '' : '\n';
  const appended = placeBehind(added, file.length + end.length);
  const ours = new Set(own.lines);
  const removed = slots.filter((slot) => ours.has(slot.text) && !kept.has(slot) && !free.has(slot));
  const writes = [
    ...cleared.map(cleaning),
    ...filled.map(({ line, slot }) => ({ offset: slot.offset + 1, text: line.slice(1).padEnd(slot.length - 1) })),
    ...(added.length > 0
      ? [{ offset: file.length, text: end + added.map((line) => `${spentLine(line)}\n`).join('') }]
      : []),
    ...[...filled.map(({ line, slot }) => ({ line, offset: slot.offset })), ...appended].map(firstByte),
    ...removed.map(({ offset }) => ({ offset, text: '#' })),
  ];
  return {
    writes: writes.filter(({ text }) => text !== ''),
    spent: removed.map(({ text }) => spentLine(text)),
  };
}

/**
 * What clears a file of what is spent. Not to be done before those who have read half of it by then, when it was still a line, have
 * read the other half.
 */
export function planCleaning(file: string, { lines, spent }: OwnLines): LineWrite[] {
  return spentSlots(slotsOf(file), lines, spent).map(cleaning);
}

/** The lines of a file, as plans compare them: without blanks at their ends, those without text left out. */
export function linesOf(file: string): string[] {
  return slotsOf(file)
    .map(({ text }) => text)
    .filter((text) => text !== '' && text !== '#');
}

/** What is left of a line. */
export function spentLine(line: string): string {
  return `#${line.slice(1)}`;
}

/** What was left of lines; a comment that is wanted is none. */
function spentSlots(slots: readonly Slot[], wanted: readonly string[], spent: readonly string[]): Slot[] {
  const left = new Set(spent.filter((text) => text.length > 1 && !wanted.includes(text)));
  return slots.filter(({ text }) => text.startsWith('#') && left.has(text));
}

function cleaning({ offset, length }: Slot): LineWrite {
  return { offset: offset + 1, text: ' '.repeat(length - 1) };
}

function slotsOf(file: string): Slot[] {
  const slots: Slot[] = [];
  for (let offset = 0; offset < file.length; ) {
    const newline = file.indexOf('\n', offset);
    const end = newline < 0 ? file.length : newline;
    const text = file.slice(offset, end).trimEnd();
    slots.push({ offset, length: end - offset, text });
    offset = end + 1;
  }
  return slots;
}

/** Finds a place for each line behind that of the one before it: where it is already, where there is room, or at the end. */
function arrange(slots: readonly Slot[], wanted: readonly string[], free: ReadonlySet<Slot>) {
  const kept = new Set<Slot>();
  const filled: { line: string; slot: Slot }[] = [];
  const added: string[] = [];
  let next = 0;
  wanted.forEach((line, i) => {
    const from = next;
    const find = (is: (slot: Slot) => boolean) => slots.findIndex((slot, at) => at >= from && is(slot));
    const there = find((slot) => slot.text === line && !free.has(slot));
    // Not behind one that stays and comes later.
    const later = new Set(wanted.slice(i + 1));
    const limit = find((slot) => later.has(slot.text) && !free.has(slot));
    const room = find((slot) => free.has(slot) && slot.length >= line.length);
    if (there >= 0) {
      kept.add(slots[there] as Slot);
      next = there + 1;
    } else if (room >= 0 && (limit < 0 || room < limit)) {
      filled.push({ line, slot: slots[room] as Slot });
      next = room + 1;
    } else {
      added.push(line);
      next = slots.length;
    }
  });
  return { kept, filled, added };
}

function placeBehind(lines: readonly string[], start: number): Placed[] {
  let offset = start;
  return lines.map((line) => {
    const placed = { line, offset };
    offset += line.length + 1;
    return placed;
  });
}

function firstByte({ line, offset }: Placed): LineWrite {
  return { offset, text: line.slice(0, 1) };
}
