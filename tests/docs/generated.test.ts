import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rewriteGenerated } from "../../lab/report";
import { parts } from "./generated";
import { ROOT } from "./pages";

const read = (page: string) => readFileSync(join(ROOT, page), "utf8");

test.each(parts())("$page has the $name of the code", (part) => {
  const page = read(part.page);
  const generated = rewriteGenerated(page, part.text, part.name);
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(join(ROOT, part.page), generated);
  else if (generated !== page) throw new Error(`${part.page} is outdated: run \`npm run docs:generate\``);
});
