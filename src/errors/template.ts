import { escapeText, quote } from './quote.js';

type Placeholders<T extends string> = T extends `${string}{${infer P}}${infer Rest}` ? P | Placeholders<Rest> : never;
type TextName<P extends string> = P extends `${infer Name}:text` ? Name : never;
type QuotedName<P extends string> = P extends `${string}:text` ? never : P;

/** The values that the template `T` needs, one per placeholder. One that is quoted may be anything that somebody has given. */
export type TemplateValues<T extends string> = Readonly<
  Record<TextName<Placeholders<T>>, string | number> & Record<QuotedName<Placeholders<T>>, unknown>
>;

const placeholder = /\{(\w+)(:text)?\}/g;

/**
 * Fills a template in. `{name}` becomes the value in quotes (numbers without; of an object only that it is one), `{name:text}` the
 * value as it is, for words of our own; neither lets a control character through.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(placeholder, (_, name: string, isText: string | undefined) => {
    const value = values[name];
    return isText && typeof value === 'string' ? escapeText(value) : quote(value);
  });
}
