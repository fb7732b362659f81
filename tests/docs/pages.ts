import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The checkout. */
export const ROOT = join(__dirname, "..", "..");

/** A page of documentation. */
export interface Page {
  /** Its path from the checkout, with forward slashes. */
  readonly path: string;
  readonly lines: readonly string[];
}

/** A fenced block of code. */
export interface Block {
  readonly page: string;
  /** The line of its first line, from 1. */
  readonly line: number;
  /** What stands behind the fence: `ts`, `sh`. */
  readonly language: string;
  readonly text: string;
}

/** All pages that people read. */
export function pages(): Page[] {
  const inFolder = (folder: string) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => (folder === "" ? name : `${folder}/${name}`));
  return ["", "docs", "docs/adr", "providers", "components", "cli", "policy", "examples"]
    .flatMap(inFolder)
    .map((path) => ({
      path,
      lines: readFileSync(join(ROOT, path), "utf8").split("\n"),
    }));
}

/** The fenced blocks of a page, without the indentation that a list gives them. */
export function blocksOf({ path, lines }: Page): Block[] {
  const blocks: Block[] = [];
  let open: { indent: number; language: string; start: number } | undefined;
  for (const [index, line] of lines.entries()) {
    const [, indent = "", language = ""] = /^( *)```(\w*)/.exec(line) ?? [];
    if (!line.trimStart().startsWith("```")) continue;
    if (open === undefined) {
      open = { indent: indent.length, language, start: index + 1 };
      continue;
    }
    const { start, indent: width } = open;
    const text = lines
      .slice(start, index)
      .map((its) => its.slice(Math.min(width, its.length)))
      .join("\n");
    blocks.push({ page: path, line: start + 1, language: open.language, text });
    open = undefined;
  }
  if (open !== undefined) throw new Error(`${path}: the block at line ${open.start} does not end`);
  return blocks;
}

/** The lines outside of fenced blocks; those inside are empty, so that numbers stay. */
export function prose({ lines }: Page): string[] {
  let inside = false;
  return lines.map((line) => {
    const fence = line.trimStart().startsWith("```");
    if (fence) inside = !inside;
    return fence || inside ? "" : line;
  });
}
