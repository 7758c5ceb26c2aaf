/**
 * Charts as SVG that stands by itself: no script, no font but the reader's, on a light card of its own so that it can be read on any page.
 * The same figures give the same bytes.
 */

import type { Axis, Chart, Series } from './report.js';
import { linearScale, logScale, type Scale } from './scale.js';

const width = 860;
const height = 470;
/** Around the lines; right of them are their names. */
const plot = { left: 70, top: 48, right: 640, bottom: 410 };
const lineHeight = 15;
const nearEnd = 80;
/** Told apart by the colour-blind as well, as far as so many can be (Okabe and Ito's, then darker ones); dashes tell the rest. */
const colours = [
  '#d55e00',
  '#444444',
  '#0072b2',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#7a3d8f',
  '#8a6d00',
  '#9c2c2c',
];
const dashes = ['', '6 3', '2 3'];

interface Drawn extends Series {
  readonly colour: string;
  readonly dash: string;
}

/** One SVG document. Series without points are left out, and so is what a logarithmic axis cannot show. */
export function chartSvg({ title, x, y, series }: Chart): string {
  const drawn = series.map((one, i): Drawn => {
    const points = one.points.filter(([a, b]) => canShow(x, a) && canShow(y, b));
    const colour = colours[i % colours.length] ?? '#000000';
    return { ...one, points, colour, dash: dashes[Math.floor(i / colours.length) % dashes.length] ?? '' };
  });
  const shown = drawn.filter(({ points }) => points.length > 0);
  const body = shown.length === 0 ? [text(plot.left, plot.top + 20, 'no figures')] : bodyOf({ x, y, shown });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="12">\n`,
    `<rect width="${width}" height="${height}" rx="6" fill="#ffffff"/>\n`,
    `<text x="${plot.left}" y="26" font-size="15" font-weight="600" fill="#222222">${escaped(title)}</text>\n`,
    ...body.map((line) => `${line}\n`),
    '</svg>\n',
  ].join('');
}

function bodyOf({ x, y, shown }: { readonly x: Axis; readonly y: Axis; readonly shown: readonly Drawn[] }): string[] {
  const all = shown.flatMap(({ points }) => points);
  const across = scaleOf(
    x,
    all.map(([value]) => value),
  );
  const up = scaleOf(
    y,
    all.map(([, value]) => value),
  );
  const place = {
    x: (value: number) => between(plot.left, plot.right, across.at(value)),
    y: (value: number) => between(plot.bottom, plot.top, up.at(value)),
  };
  return [
    ...across.ticks.flatMap((tick) => xTick(place.x(tick), tick)),
    ...up.ticks.flatMap((tick) => yTick(place.y(tick), tick)),
    `<path d="M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}" fill="none" stroke="#999999"/>`,
    text((plot.left + plot.right) / 2, plot.bottom + 40, x.label, 'text-anchor="middle"'),
    text(
      0,
      0,
      y.label,
      `text-anchor="middle" transform="translate(18 ${fixed((plot.top + plot.bottom) / 2)}) rotate(-90)"`,
    ),
    ...shown.map((one) => lineOf(one, place)),
    ...names(shown, place),
  ];
}

type Place = Readonly<Record<'x' | 'y', (value: number) => number>>;

/** A line; of one point, a dot. */
function lineOf({ points, colour, dash, strong }: Drawn, place: Place): string {
  const [only] = points;
  if (points.length === 1 && only) {
    return `<circle cx="${fixed(place.x(only[0]))}" cy="${fixed(place.y(only[1]))}" r="${strong ? 6 : 4}" fill="${colour}"/>`;
  }
  const path = points.map(([a, b]) => `${fixed(place.x(a))},${fixed(place.y(b))}`).join(' ');
  const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${strong ? 3.5 : 1.8}" stroke-linejoin="round"${dashed}/>`;
}

/** Each line's name to the right, as near to its end as there is room, with a stroke of its colour before it. */
function names(shown: readonly Drawn[], place: Place): string[] {
  const wanted = shown.map(({ points }) => place.y(points.at(-1)?.[1] ?? 0));
  const rows = spread(wanted, { step: lineHeight, top: plot.top, bottom: plot.bottom });
  return shown.flatMap(({ label, points, colour, dash, strong }, i) => {
    const row = rows[i] ?? plot.top;
    const [endX, endY] = [place.x(points.at(-1)?.[0] ?? 0), wanted[i] ?? row];
    const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
    const [from, to] = [plot.right + 14, plot.right + 32];
    const leader = `<path d="M${fixed(endX)} ${fixed(endY)}L${from} ${fixed(row)}" stroke="${colour}" stroke-width="0.6" opacity="0.5"/>`;
    return [
      // From far away it would cross the lines.
      ...(endX > plot.right - nearEnd ? [leader] : []),
      `<path d="M${from} ${fixed(row)}L${to} ${fixed(row)}" stroke="${colour}" stroke-width="2.5"${dashed}/>`,
      text(to + 6, row + 4, label, strong ? 'font-weight="700"' : ''),
    ];
  });
}

/**
 * Moves places so that two are at least `step` apart, keeping their order, as little as is simple, and within top and bottom as long
 * as there is room for all. The result is in the order of `wanted`.
 */
export function spread(
  wanted: readonly number[],
  { step, top, bottom }: { readonly step: number; readonly top: number; readonly bottom: number },
): number[] {
  const order = wanted.map((_, i) => i).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  const rows = order.map((i) => wanted[i] ?? 0);
  for (let i = 0; i < rows.length; i++) {
    rows[i] = Math.max(rows[i] ?? 0, i === 0 ? top : (rows[i - 1] ?? 0) + step);
  }
  for (let i = rows.length - 1; i >= 0; i--) {
    rows[i] = Math.min(rows[i] ?? 0, bottom - step * (rows.length - 1 - i));
  }
  const placed = new Array<number>(wanted.length).fill(0);
  order.forEach((original, i) => {
    placed[original] = rows[i] ?? 0;
  });
  return placed;
}

function xTick(at: number, value: number): string[] {
  return [
    `<path d="M${fixed(at)} ${plot.top}V${plot.bottom}" stroke="#e4e4e4"/>`,
    text(at, plot.bottom + 18, tickText(value), 'text-anchor="middle"'),
  ];
}

function yTick(at: number, value: number): string[] {
  return [
    `<path d="M${plot.left} ${fixed(at)}H${plot.right}" stroke="#e4e4e4"/>`,
    text(plot.left - 8, at + 4, tickText(value), 'text-anchor="end"'),
  ];
}

/** Ticks are round: all of their digits, and no more. */
function tickText(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en', { maximumSignificantDigits: 6 });
}

function scaleOf({ scale }: Axis, values: readonly number[]): Scale {
  return scale === 'log' ? logScale(values) : linearScale(values);
}

function canShow({ scale }: Axis, value: number): boolean {
  return Number.isFinite(value) && (scale === 'linear' || value > 0);
}

function between(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}

function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" fill="#444444"${attributes && ` ${attributes}`}>${escaped(words)}</text>`;
}

/** A tenth of a pixel is enough, and keeps the documents small. */
function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
