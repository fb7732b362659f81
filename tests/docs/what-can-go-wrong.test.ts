import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { ROOT } from "./pages";
import { sourcesIn } from "./sources";

/** Symptoms that the page quotes are messages of the code: each fixed piece is in a text of some source. */
const page = readFileSync(join(ROOT, "docs", "what-can-go-wrong.md"), "utf8");
const chapters = page.split(/^## /m).filter((chapter) => !chapter.startsWith("Pulumi"));
const messages = chapters
  .flatMap((chapter) => chapter.split("\n"))
  .flatMap((line) => /^- ((?:`[^`]*`(?:, )?)+): /.exec(line)?.[1] ?? [])
  .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message));

/** The texts of a source as a program has them: quotes and escapes read, and pieces joined by `+` put together. */
function textsOf(path: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined) texts.push(text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022));
  return texts;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…");
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  return `${textOf(node.left) ?? "…"}${textOf(node.right) ?? "…"}`;
}

const texts = [...sourcesIn("providers"), ...sourcesIn("components")].flatMap(textsOf).join("\n");

const pieces = (message: string) =>
  message
    .split("…")
    .map((piece) => piece.replace(/^['): ,]+|['(: ,]+$/g, ""))
    .filter((piece) => piece.length > 3);
const missing = (message: string) => pieces(message).filter((piece) => !texts.includes(piece));

test("the page has messages to check", () => {
  expect(messages.length).toBeGreaterThan(8);
  expect(missing("a message that no code … ever prints")).toHaveLength(2);
});

test.each(messages)("%s", (message) => {
  expect(pieces(message)).not.toEqual([]);
  expect(missing(message)).toEqual([]);
});
