import { readFileSync, writeFileSync } from "node:fs";

const START = "<!-- bench:start -->";
const END = "<!-- bench:end -->";

/** Puts a text between the markers of a page, and leaves the rest of it as it is. */
export function rewriteGenerated(page: string, generated: string): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the page lacks its markers ${START} and ${END}`);
  return `${page.slice(0, start + START.length)}\n\n${generated}\n\n${page.slice(end)}`;
}

export function rewriteGeneratedPart(file: string, generated: string): void {
  writeFileSync(file, rewriteGenerated(readFileSync(file, "utf8"), generated));
}
