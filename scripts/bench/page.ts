import { readFileSync, writeFileSync } from "node:fs";

/** Puts a text between a part's markers on a page, and leaves the rest of it as it is. */
export function rewriteGenerated(page: string, generated: string, part = "bench"): string {
  const [startMark, endMark] = [`<!-- ${part}:start -->`, `<!-- ${part}:end -->`];
  const start = page.indexOf(startMark);
  const end = page.indexOf(endMark);
  if (start < 0 || end < start) throw new Error(`the page lacks its markers ${startMark} and ${endMark}`);
  return `${page.slice(0, start + startMark.length)}\n\n${generated}\n\n${page.slice(end)}`;
}

export function rewriteGeneratedPart(file: string, generated: string, part?: string): void {
  writeFileSync(file, rewriteGenerated(readFileSync(file, "utf8"), generated, part));
}
