import { escapeText, quote } from './quote.js';

type PlaceholderName<P extends string> = P extends `${infer Name}:text` ? Name : P;
type Names<T extends string> = T extends `${string}{${infer P}}${infer Rest}`
  ? PlaceholderName<P> | Names<Rest>
  : never;

/** The values that the template `T` needs, one per placeholder. */
export type TemplateValues<T extends string> = Readonly<Record<Names<T>, string | number>>;

const placeholder = /\{(\w+)(:text)?\}/g;

/**
 * Fills a template in. `{name}` becomes the value in quotes (numbers without), `{name:text}` the value as it is, for words
 * of our own; neither lets a control character through.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(placeholder, (_, name: string, isText: string | undefined) => {
    const value = values[name];
    return isText && typeof value === 'string' ? escapeText(value) : quote(value);
  });
}
