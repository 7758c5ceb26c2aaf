/** Of a message's header; RFC 1035, 4.1.1. */
const headerSize = 12;
const responseFlag = 0x80;
const opcodeBits = 0x78;

/** A message with another number. */
export function withId(message: Uint8Array, id: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id);
  return copy;
}

/** In the header alone; EDNS has more of it, which makes no difference between the codes of RFC 1035. */
export function rcodeOf(message: Buffer): number {
  return message.readUInt8(3) & 0x0f;
}

/** Whether a packet is an answer to that query: its number, and its question but for the case of letters. */
export function isAnswerTo(packet: Buffer, query: Buffer): boolean {
  if (packet.length < headerSize || query.length < headerSize) {
    return false;
  }
  const isResponse = (packet.readUInt8(2) & responseFlag) !== 0;
  const isSameKind = ((packet.readUInt8(2) ^ query.readUInt8(2)) & opcodeBits) === 0;
  if (!isResponse || !isSameKind || packet.readUInt16BE(0) !== query.readUInt16BE(0)) {
    return false;
  }
  const end = questionEnd(query);
  return (
    end !== undefined && packet.readUInt16BE(4) === 1 && packet.length >= end && isSameQuestion(packet, query, end)
  );
}

function isSameQuestion(packet: Buffer, query: Buffer, end: number): boolean {
  for (let i = headerSize; i < end; i++) {
    if (lowerCase(packet[i] ?? 0) !== lowerCase(query[i] ?? 0)) {
      return false;
    }
  }
  return true;
}

/** Lengths of labels are below 64, and no letters; the type and class of a question have none either that differ in this only. */
function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/** Where the first question ends; nothing where it is cut off, or refers to elsewhere, which no first name can. */
function questionEnd(message: Buffer): number | undefined {
  for (let i = headerSize; i < message.length; ) {
    const length = message[i] ?? 0;
    if (length === 0) {
      const end = i + 1 + 4;
      return end <= message.length ? end : undefined;
    }
    if (length > 63) {
      return undefined;
    }
    i += 1 + length;
  }
  return undefined;
}
