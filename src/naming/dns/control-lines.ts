import type { Socket } from 'node:net';

/** Longer ones are nobody's who speaks this language; in characters. */
const longestLine = 65_536;

/**
 * Reads JSON documents, one a line, from a connection between processes of ours. One that is none, or that never ends, ends the
 * connection.
 */
export function readDocuments(socket: Socket, heed: (document: unknown) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    try {
      for (const line of lines) {
        heed(JSON.parse(line));
      }
    } catch {
      socket.destroy();
    }
    if (rest.length > longestLine) {
      socket.destroy();
    }
  });
}

export function writeDocument(socket: Socket, document: unknown): void {
  if (!socket.destroyed && socket.writable) {
    socket.write(`${JSON.stringify(document)}\n`);
  }
}
