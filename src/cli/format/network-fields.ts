import { shortId } from '../../address/index.js';
import { nearest, newError } from '../../errors/index.js';
import { escapeInvisible } from '../../errors/quote.js';
import type { NetworkInfo } from '../../host/index.js';

/** What one network says of each field; several values have commas between them. */
const fields = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  driver: ({ driver }) => driver,
  scope: ({ scope }) => scope,
  created: ({ created }) => new Date(created).toISOString(),
  subnet: ({ subnets }) => list(subnets.map(({ subnet }) => subnet)),
  range: ({ subnets }) => list(subnets.map(({ range }) => range)),
  gateway: ({ subnets }) => list(subnets.map(({ gateway }) => gateway)),
  aux: ({ subnets }) => list(subnets.flatMap(({ auxiliary = {} }) => pairs(auxiliary))),
  ipv6: ({ ipv6 }) => String(ipv6),
  internal: ({ internal }) => String(internal),
  attachable: ({ attachable }) => String(attachable),
  options: ({ options }) => list(pairs(options)),
  labels: ({ labels }) => list(pairs(labels)),
  interface: (network) => network.interface ?? '',
  sandboxes: ({ endpoints }) => list(endpoints.map(({ name }) => name)),
} as const satisfies Readonly<Record<string, (network: NetworkInfo) => string>>;

type Field = keyof typeof fields;

/** For help texts. */
export const fieldNames = Object.keys(fields).join(', ');

/** Reads `FIELD,FIELD…`. Throws EBADOPTION for a field that there is not. */
export function parseFields(text: string): Field[] {
  return text.split(',').map((word) => {
    const field = word.trim();
    if (!isField(field)) {
      const meant = nearest(field, Object.keys(fields));
      const reason = `there is no field ${JSON.stringify(field)}${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
      throw newError('EBADOPTION', { option: 'format', value: text, reason }, { hint: `Fields are ${fieldNames}.` });
    }
    return field;
  });
}

/** Those fields of networks, one network a line, with tabs in between. `short`: ids by their first 12 characters. */
export function formatChosen(
  networks: readonly NetworkInfo[],
  chosen: readonly Field[],
  { short = false } = {},
): string {
  const textOf = (network: NetworkInfo, field: Field) =>
    field === 'id' && short ? shortId(network.id) : escapeInvisible(fields[field](network));
  return networks.map((network) => `${chosen.map((field) => textOf(network, field)).join('\t')}\n`).join('');
}

function isField(text: string): text is Field {
  return Object.hasOwn(fields, text);
}

function list(values: readonly (string | undefined)[]): string {
  return values.filter((value) => value !== undefined).join(',');
}

function pairs(record: Readonly<Record<string, string>>): string[] {
  return Object.entries(record).map(([key, value]) => `${key}=${value}`);
}
