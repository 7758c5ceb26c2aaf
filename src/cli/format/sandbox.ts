import { dirname } from 'node:path';
import { formatPort, formatPublished, shortId } from '../../address/index.js';
import type { Attached } from '../../endpoint/index.js';
import type { Sandbox } from '../../host/index.js';
import type { NamingRecord } from '../../store/index.js';
import { formatAge } from './age.js';
import { endpointFields } from './endpoint.js';
import type { Style } from './style.js';
import { formatFields, formatTable } from './table.js';

const titles = ['ID', 'NAME', 'MODE', 'ADDRESS', 'MAC ADDRESS', 'HOST INTERFACE', 'STATE', 'CREATED', 'PORTS'];

/** Sandboxes, one a line. `now`: milliseconds since 1970. */
export function formatSandboxes(sandboxes: readonly Sandbox[], now: number, style: Style): string {
  const rows = sandboxes.map(({ id, name, mode, endpoint, state, created, ports }) => [
    shortId(id),
    name,
    mode,
    endpoint?.address,
    endpoint?.macAddress,
    endpoint?.hostInterface,
    state,
    formatAge(created, now),
    ports.length === 0 ? undefined : ports.map(formatPublished).join(', '),
  ]);
  return formatTable(titles, rows, style);
}

/** All that is known of one sandbox, one endpoint after the other. */
export function formatSandbox(sandbox: Sandbox, style: Style): string {
  const { id, state, created } = sandbox;
  const own = [
    ['State', state],
    ['Created', new Date(created).toISOString()],
  ] as const;
  return formatFields([['Id', id], ...fieldsOf(sandbox), ...own], style);
}

/** A sandbox that has just been attached. */
export function formatAttached(attached: Attached, style: Style): string {
  return formatFields([['Id', attached.sandbox], ...fieldsOf(attached)], style);
}

function fieldsOf(sandbox: Omit<Attached, 'sandbox' | 'microseconds'> & { readonly naming?: NamingRecord }) {
  const { name, mode, hostname, netns, files, endpoints, ports, exposed, links } = sandbox;
  return [
    ['Name', name],
    ['Mode', mode],
    ['Host name', hostname],
    ['Namespace', netns],
    ['Files', files && dirname(files.hosts)],
    ...endpoints.flatMap(endpointFields),
    ...ports.map((port) => ['Port', formatPublished(port)] as const),
    ...exposed.map((port) => ['Exposed', formatPort(port)] as const),
    ...namingFields(sandbox.naming),
    ...links.map(({ name, alias }) => ['Link', name === alias ? name : `${name} as ${alias}`] as const),
  ] as const;
}

/** What it was given for looking names up. */
function namingFields({ servers, search, options, hosts = [] }: NamingRecord = {}) {
  return [
    ['Name servers', servers?.join(', ')],
    ['Search domains', search && (search.join(' ') || 'none')],
    ['Resolver options', options?.join(' ')],
    ...hosts.map(({ name, address }) => ['Host', `${name} is ${address}`] as const),
  ] as const;
}
