import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./pages";

/** What the page quotes is what the code says: each fixed piece of a heading's message is in some source. */
const PAGE = readFileSync(join(ROOT, "docs", "what-can-go-wrong.md"), "utf8");

const sources = ["providers", "components"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".ts") && !/(^|\/)(bin|node_modules)\//.test(file))
    .map((file) => readFileSync(join(ROOT, folder, file), "utf8")),
);
/** As the messages read: pieces of one string put together, and quotes as they are. */
const said = sources
  .join("\n")
  .replace(/["`'] \+\s*["`']/g, "")
  .replaceAll("\\`", "`")
  .replaceAll('\\"', '"');

const chapters = PAGE.split(/^## /m).filter((chapter) => !chapter.startsWith("Pulumi itself"));
const messages = chapters
  .flatMap((chapter) => chapter.split("\n"))
  .filter((line) => line.startsWith("### "))
  .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message))
  .filter((message) => !/^(compose\.yaml|\.env|csp\.yaml)$/.test(message));

const pieces = (message: string) =>
  message
    .split("…")
    .map((piece) => piece.replace(/^['): ,]+|['(: ,]+$/g, ""))
    .filter((piece) => piece.length > 3 && piece !== "warning" && piece !== "HTTP 401" && piece !== "run");

const missing = (message: string) => pieces(message).filter((piece) => !said.includes(piece));

test("the page has messages to check", () => {
  expect(messages.length).toBeGreaterThan(40);
  expect(missing("a message that no code … ever says")).toHaveLength(2);
});

test.each(messages)("%s", (message) => {
  expect(pieces(message)).not.toEqual([]);
  expect(missing(message)).toEqual([]);
});
