import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import type { Engine } from "ocis-pocket-id/engine";

const PAGE = path.join(__dirname, "..", "..", "docs", "measurements.md");

/** What an experiment found, for the terminal and for docs/measurements.md. */
export interface Report {
  /** The part of the page, by the name in its markers; undefined for a run that isn't the whole experiment. */
  readonly part: string | undefined;
  /** What the numbers depend on, in a sentence or two. */
  readonly circumstances: string;
  readonly tables: readonly Table[];
  /** One line for each bound that is exceeded and each run that failed; the experiment then ends with 1. */
  readonly failures: readonly string[];
}

/** The first column is text, the others are numbers. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Prints a report, and writes it between its markers in docs/measurements.md. */
export function publish({ part, circumstances, tables, failures }: Report): void {
  const text = [circumstances, ...tables.map(markdownTable)].join("\n\n");
  console.log(`\n${text}`);
  if (part !== undefined) {
    writeFileSync(PAGE, rewriteGenerated(readFileSync(PAGE, "utf8"), text, part));
    console.log(`\nWritten to ${path.relative(process.cwd(), PAGE)}.`);
  }
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

/** The date and the versions, as a sentence without its full stop. */
export function measuredWith({ version }: Engine): string {
  const date = new Date().toISOString().slice(0, 10);
  const cores = availableParallelism();
  return `Measured on ${date} with ${cores} cores, Node ${process.versions.node}, Pulumi ${version}`;
}

/** Puts a text between a part's markers on a page, and leaves the rest of it as it is. */
export function rewriteGenerated(page: string, generated: string, part: string): string {
  const [startMark, endMark] = [`<!-- ${part}:start -->`, `<!-- ${part}:end -->`];
  const start = page.indexOf(startMark);
  const end = page.indexOf(endMark);
  if (start < 0 || end < start) throw new Error(`the page lacks its markers ${startMark} and ${endMark}`);
  return `${page.slice(0, start + startMark.length)}\n\n${generated}\n\n${page.slice(end)}`;
}

/** A table in Markdown, padded as Prettier pads it. */
export function markdownTable({ headings, rows }: Table): string {
  const widths = headings.map((heading, column) =>
    Math.max(3, heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const padded = (cells: readonly string[]) =>
    line(
      widths.map((width, column) => {
        const cell = cells[column] ?? "";
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      }),
    );
  const rule = line(
    widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)),
  );
  return [padded(headings), rule, ...rows.map(padded)].join("\n");
}
