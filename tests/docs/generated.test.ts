import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parts, withPart } from "./generated";
import { ROOT } from "./pages";

const read = (page: string) => readFileSync(join(ROOT, page), "utf8");

test.each(parts())("$page has the $name of the code", (part) => {
  const page = read(part.page);
  const generated = withPart(page, part);
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(join(ROOT, part.page), generated);
  else if (generated !== page) throw new Error(`${part.page} is outdated: run \`npm run docs:generate\``);
});

test("a page without markers is refused, and a changed text is a difference", () => {
  const page = "# Page\n\n<!-- a:start -->\n\nold\n\n<!-- a:end -->\n";
  expect(withPart(page, { name: "a", text: "new" })).toBe(page.replace("old", "new"));
  expect(withPart(page, { name: "a", text: "old" })).toBe(page);
  expect(() => withPart(page, { name: "b", text: "new" })).toThrow("lacks its markers");
});
