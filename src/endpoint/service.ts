import { type ExposedPort, type PortWish, parseExpose, parseLinkName, parsePublish } from '../address/index.js';
import { newError } from '../errors/index.js';

/** What a sandbox serves, and which others it may speak to. */
export interface ServiceSpec {
  /** Ports of it that are reached on the host: `8080:80`, `127.0.0.1:53:53/udp`, `8000-8010:80`, `80`. */
  readonly publish?: readonly string[] | undefined;
  /** Whether the ports that it exposes are published too, each on some port of the host that is free. */
  readonly publishAll?: boolean | undefined;
  /** Ports that it serves: those who are linked to it may reach them. `80`, `5000-5010/udp`. */
  readonly expose?: readonly string[] | undefined;
  /** Sandboxes that it may speak to though its network forbids it, on the ports that they expose: `db`, `db:database`. */
  readonly links?: readonly string[] | undefined;
}

/** A sandbox to be linked to, as it was asked for. */
export interface LinkWish {
  /** Name or id. */
  readonly reference: string;
  readonly alias: string;
}

/** The same, read. */
export interface ServiceWish {
  readonly publish: readonly PortWish[];
  /** Without those that are published. */
  readonly exposed: readonly ExposedPort[];
  readonly links: readonly LinkWish[];
}

/** Of those who ask for nothing of it. */
const nothing: ServiceWish = { publish: [], exposed: [], links: [] };

/** Throws EBADPORT, EBADNAME, EBADOPTION, and the codes of addresses. */
export function readService({ publish = [], publishAll = false, expose = [], links = [] }: ServiceSpec): ServiceWish {
  for (const [option, value] of Object.entries({ publish, expose, links })) {
    if (!Array.isArray(value)) {
      throw newError('EBADOPTION', { option, value, reason: 'it is not a list' });
    }
  }
  if (publish.length === 0 && expose.length === 0 && links.length === 0) {
    return nothing;
  }
  const exposed = expose.flatMap(parseExpose);
  const given = publish.flatMap(parsePublish);
  const named = new Set(given.map(textOf));
  const rest = exposed.filter((port) => !named.has(textOf(port)));
  return { publish: publishAll ? [...given, ...rest] : given, exposed: rest, links: links.map(parseLinkName) };
}

function textOf({ protocol, port }: ExposedPort): string {
  return `${port}/${protocol}`;
}
