import { escapeText } from '../../errors/quote.js';
import type { GarbageReport } from '../../host/index.js';

/** What gc did, one thing a line. */
export function formatGarbage({ sandboxes, links, files, restored }: GarbageReport): string {
  const lines = [
    ...sandboxes.map((name) => `removed sandbox ${name}`),
    ...links.map((name) => `removed link ${name}`),
    ...files.map((path) => `removed file ${path}`),
    ...restored.map((name) => `restored ${name}`),
  ];
  return (lines.length === 0 ? ['nothing to do'] : lines).map((line) => `${escapeText(line)}\n`).join('');
}
