import { stripVTControlCharacters } from "node:util";

/** A table with aligned columns, for people. Colours in cells take no room. */
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
