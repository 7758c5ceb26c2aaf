import type { LinkEnds } from '../../endpoint/index.js';
import type { Style } from './style.js';
import { formatTable } from './table.js';

/** The ends of a link, one a line. */
export function formatLink(
  ends: readonly { readonly sandbox: string; readonly endpoint: LinkEnds[number] }[],
  style: Style,
): string {
  const rows = ends.map(({ sandbox, endpoint }) => [
    sandbox,
    endpoint.interface,
    endpoint.address,
    endpoint.macAddress,
  ]);
  return formatTable(['SANDBOX', 'INTERFACE', 'ADDRESS', 'MAC ADDRESS'], rows, style);
}
