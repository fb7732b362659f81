import { visible } from "./words";

/** A piece of SVG. */
export type Shape = string;

/** Text that is cut to a width; the whole of it shows when one points at it. */
export interface TextOptions {
  readonly x: number;
  readonly y: number;
  /** Which style: `head`, `item`, `text`, `code`, `label`, `white`. */
  readonly style: string;
  /** In pixels. @default as wide as it is */
  readonly width?: number;
  /** Whether its beginning is what may be left out. @default false */
  readonly end?: boolean;
  readonly anchor?: "start" | "middle" | "end";
}

export function text(
  words: string,
  { x, y, style, width, end = false, anchor = "start" }: TextOptions,
): Shape {
  const whole = visible(words);
  const shown = width === undefined ? whole : cut(whole, Math.floor(width / (WIDTHS[style] ?? 8)), end);
  const title = shown === whole ? "" : `<title>${escaped(whole)}</title>`;
  const place = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text class="${style}" x="${x}" y="${y}"${place}>${title}${escaped(shown)}</text>`;
}

/** About how wide a character is, in pixels; generous, as fonts differ. */
const WIDTHS: Readonly<Record<string, number>> = { head: 9.6, item: 8.2, code: 7.7, text: 7.2, label: 7 };

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function box(style: string, { x, y, width, height }: Box, radius = 8): Shape {
  return `<rect class="${style}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`;
}

export function path(style: string, d: string): Shape {
  return `<path class="${style}" d="${d}"/>`;
}

/** A number in a circle. */
export function badge(number: number, x: number, y: number): Shape {
  return (
    `<circle class="badge" cx="${x}" cy="${y}" r="10"/>` +
    `<text class="white" x="${x}" y="${y + 4.5}" text-anchor="middle">${number}</text>`
  );
}

/** Cuts by how wide characters are: those of East Asia count twice. */
function cut(words: string, room: number, end: boolean): string {
  const characters = [...new Intl.Segmenter().segment(words)].map(({ segment }) => segment);
  const widths = characters.map((character) => (WIDE.test(character) ? 2 : 1));
  if (widths.reduce((sum, width) => sum + width, 0) <= room) return words;
  const kept: string[] = [];
  let used = 1;
  for (let index = end ? characters.length - 1 : 0; characters[index] !== undefined; index += end ? -1 : 1) {
    used += widths[index] ?? 1;
    if (used > room) break;
    kept.push(characters[index] ?? "");
  }
  return end ? `…${kept.reverse().join("")}` : `${kept.join("").trimEnd()}…`;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u;

/** For text and attributes of XML. */
export function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Colours for light and dark paper, the same as in docs/picture.svg. */
export const STYLE = `<style>
    .paper { fill: #ffffff; stroke: #d0d7de }
    .panel { fill: #f6f8fa; stroke: #8c959f; stroke-dasharray: 6 4 }
    .card { fill: #ffffff; stroke: #1f6feb; stroke-width: 1.4 }
    .other { fill: #ffffff; stroke: #8c959f; stroke-width: 1.4; stroke-dasharray: 3 3 }
    .people { fill: #ffffff; stroke: #57606a; stroke-width: 1.4 }
    .badge { fill: #1f6feb }
    .head { font-size: 17px; font-weight: 600; fill: #1f2328 }
    .item { font-size: 14px; font-weight: 600; fill: #1f2328 }
    .text { font-size: 13px; fill: #424a53 }
    .code { font: 12.5px ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; fill: #424a53 }
    .label { font-size: 12.5px; fill: #57606a }
    .white { font-size: 12.5px; font-weight: 600; fill: #ffffff }
    .way { stroke: #57606a; stroke-width: 1.6; fill: none; marker-end: url(#tip) }
    .line { stroke: #1f6feb; stroke-width: 1.6; fill: none }
    .may { stroke: #1f6feb; stroke-width: 1.6; fill: none; marker-end: url(#blue) }
    .tip { fill: #57606a }
    .blue { fill: #1f6feb }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117; stroke: #30363d }
      .panel { fill: #161b22; stroke: #6e7681 }
      .card { fill: #0d1117; stroke: #58a6ff }
      .other { fill: #0d1117; stroke: #6e7681 }
      .people { fill: #0d1117; stroke: #9ea7b3 }
      .head, .item { fill: #f0f6fc }
      .text, .code { fill: #c9d1d9 }
      .label { fill: #9ea7b3 }
      .way { stroke: #9ea7b3 }
      .line, .may { stroke: #58a6ff }
      .tip { fill: #9ea7b3 }
      .blue { fill: #58a6ff }
    }
  </style>`;

const marker = (id: string, style: string) =>
  `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">` +
  `<path class="${style}" d="M0 0L10 5L0 10z"/></marker>`;

/** The points of arrows. */
export const TIPS = `<defs>${marker("tip", "tip")}${marker("blue", "blue")}</defs>`;
