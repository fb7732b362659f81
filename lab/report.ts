import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import type { Engine } from "ocis-pocket-id/engine";

const PAGE = path.join(__dirname, "..", "..", "docs", "measurements.md");

/** The results of an experiment, for the terminal and for docs/measurements.md. */
export interface Report {
  /** The name in the page's markers; undefined if only part of the experiment was run. */
  readonly part: string | undefined;
  /** What the numbers depend on, in one or two sentences. */
  readonly circumstances: string;
  readonly tables: readonly Table[];
  /** One line for each exceeded bound and each failed run. If there are any, the exit code is 1. */
  readonly failures: readonly string[];
}

export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** How many columns are text; those after them are numbers. @default 1 */
  readonly texts?: number;
}

/** Prints a report and writes it between its markers in docs/measurements.md. */
export function publish({ part, circumstances, tables, failures }: Report): void {
  const text = [circumstances, ...tables.map(textTable)].join("\n\n");
  console.log(`\n${text}`);
  if (part !== undefined) {
    writeFileSync(PAGE, rewriteGenerated(readFileSync(PAGE, "utf8"), text, part));
    console.log(`\nWritten to ${path.relative(process.cwd(), PAGE)}.`);
  }
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

/** The date and the versions, as the start of a sentence. */
export function measuredWith({ version }: Engine): string {
  const date = new Date().toISOString().slice(0, 10);
  const cores = availableParallelism();
  return `Measured on ${date} with ${cores} cores, Node ${process.versions.node}, Pulumi ${version}`;
}

/** Replaces the text between a part's markers on a page. */
export function rewriteGenerated(page: string, generated: string, part: string): string {
  const [start, end] = [`<!-- ${part}:start -->`, `<!-- ${part}:end -->`];
  const pattern = new RegExp(`${start}.*${end}`, "s");
  if (!pattern.test(page)) throw new Error(`the page lacks its markers ${start} and ${end}`);
  return page.replace(pattern, () => `${start}\n\n${generated}\n\n${end}`);
}

/** A table as a block of text, whose columns are two spaces apart. */
export function textTable({ headings, rows, texts = 1 }: Table): string {
  const lines = [headings, ...rows].map((row) => row.map((cell) => String(cell).replaceAll("`", "")));
  const widths = headings.map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  const padded = (row: readonly string[]) =>
    widths.map((width, column) => row[column]?.[column < texts ? "padEnd" : "padStart"](width)).join("  ");
  return ["```text", ...lines.map((row) => padded(row).trimEnd()), "```"].join("\n");
}

/** The middle of several numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new Error("an empty list has no median");
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const middle = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  return middle.reduce((sum, number) => sum + number, 0) / middle.length;
}
