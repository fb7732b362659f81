import { stripVTControlCharacters } from "node:util";
import { reasonOf } from "../engine/programs";

/** Prints a result for programs: one JSON document on stdout, and nothing else there. */
export function printJson(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

/** Writes a result to a file. @throws Error in one line that names the file and the option to change */
export async function intoFile(
  option: string,
  file: string,
  write: (file: string) => Promise<void>,
): Promise<void> {
  try {
    await write(file);
  } catch (error) {
    const fix = `create its folder, or use another file with ${option}`;
    throw new Error(`${file} can't be written (${reasonOf(error)}): ${fix}`, { cause: error });
  }
}

/** A table with aligned columns. Cells can have colours. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(widthOf(heading), ...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    "  " +
    widths
      .map((width, column) => padded(cells[column] ?? "", width))
      .join("  ")
      .trimEnd();
  return [line(headings), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

const widthOf = (cell: string) => stripVTControlCharacters(cell).length;
const padded = (cell: string, width: number) => cell + " ".repeat(Math.max(0, width - widthOf(cell)));
