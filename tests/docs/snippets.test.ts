import { loadAll } from "js-yaml";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf, pages, ROOT } from "./pages";

const blocks = pages().flatMap(blocksOf);
const hasBash = spawnSync("bash", ["-c", "true"]).status === 0;
if (!hasBash) console.log("The commands of the pages are not parsed: bash isn't on PATH");
const testWithBash = hasBash ? test : test.skip;

/** What bash says of a script that it only reads, or nothing. */
const parseErrors = (script: string) => spawnSync("bash", ["-n"], { input: script, encoding: "utf8" }).stderr;

testWithBash("commands can be read by a shell", () => {
  const commands = blocks.filter(({ language }) => language === "sh");
  expect(commands.length).toBeGreaterThanOrEqual(20);
  expect(commands.map(({ page, line, text }) => [`${page}:${line}`, parseErrors(text)])).toEqual(
    commands.map(({ page, line }) => [`${page}:${line}`, ""]),
  );
  expect(parseErrors("for volume in config data; do echo")).not.toBe("");
});

test("YAML is YAML, in pages and examples", () => {
  const files = readdirSync(join(ROOT, "examples"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => readFileSync(join(ROOT, "examples", name), "utf8"));
  const texts = [...files, ...blocks.filter(({ language }) => language === "yaml").map(({ text }) => text)];
  expect(texts.length).toBeGreaterThanOrEqual(3);
  for (const text of texts) expect(loadAll(text)).toEqual([expect.any(Object)]);
});

test("blocks say what they are, so that they are tested", () => {
  const known = ["sh", "ts", "typescript", "text", "yaml", "nginx", "mermaid", "json"];
  expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([]);
});

test("npm scripts that the pages name exist", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = blocks.flatMap(({ text }) =>
    [...text.matchAll(/npm run (\w[\w:-]*)/g)].map(([, name = ""]) => name),
  );
  expect(named).toEqual(expect.arrayContaining(["demo", "docs"]));
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
