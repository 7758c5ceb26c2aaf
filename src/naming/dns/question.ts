/** A question as it stands in a query: the one name that is asked for, and what is asked of it. */
export interface Question {
  /** In lower case and without a dot at its end; nothing for one that no host can have: other characters, or the root. */
  readonly name: string | undefined;
  /** 1 is A (RFC 1035, section 3.2.2). */
  readonly type: number;
  /** 1 is IN. */
  readonly class: number;
  /** Where the question ends in the packet. */
  readonly end: number;
}

/** A name's bytes, with those of its labels' lengths and the last zero (RFC 1035, section 2.3.4). */
const maxName = 255;
const maxLabel = 63;

/** Of what names of sandboxes, networks and hosts consist. */
const hostLabel = /^[a-z0-9_-]+$/;

/**
 * Reads the question that begins at `start`; nothing if there is none. Names are told apart as the bytes that they are: what only
 * looks like another name, or has a dot inside a label, is not that one. Pointers are refused: there is nothing yet to point to.
 */
export function readQuestion(packet: Buffer, start: number): Question | undefined {
  const labels: string[] = [];
  let at = start;
  let isHostName = true;
  for (let length = packet[at++]; length !== 0; length = packet[at++]) {
    if (length === undefined || length > maxLabel || at + length - start >= maxName) {
      return undefined;
    }
    const label = packet.toString('latin1', at, at + length).toLowerCase();
    isHostName &&= hostLabel.test(label);
    labels.push(label);
    at += length;
  }
  if (at + 4 > packet.length) {
    return undefined;
  }
  return {
    name: isHostName && labels.length > 0 ? labels.join('.') : undefined,
    type: packet.readUInt16BE(at),
    class: packet.readUInt16BE(at + 2),
    end: at + 4,
  };
}
