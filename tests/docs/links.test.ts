import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Page, pages, prose, ROOT } from "./pages";

const all = pages();

/** A link to a place of this repository. */
interface Link {
  readonly where: string;
  readonly path: string;
  readonly anchor: string | undefined;
}

function linksOf(page: Page): Link[] {
  return prose(page).flatMap((line, index) =>
    [...line.replace(/`[^`]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/i.test(target))
      .map((target) => {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? page.path : join(dirname(page.path), path);
        return { where: `${page.path}:${index + 1}`, path: file, anchor };
      }),
  );
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(page: Page): string[] {
  return prose(page)
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, "")
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    );
}

/** What is wrong with a link, or undefined. */
function problemOf({ path, anchor }: Link): string | undefined {
  const file = join(ROOT, path);
  if (!existsSync(file)) return `${path} doesn't exist`;
  if (anchor === undefined) return undefined;
  if (statSync(file).isDirectory()) return `${path} is a folder, which has no #${anchor}`;
  const target = all.find((page) => page.path === path);
  if (target === undefined) return `${path} is not a page, which could have #${anchor}`;
  return anchorsOf(target).includes(anchor) ? undefined : `${path} has no heading #${anchor}`;
}

const links = all.flatMap(linksOf);

test("there are links to look at", () => {
  expect(links.length).toBeGreaterThanOrEqual(50);
});

test("every link leads somewhere", () => {
  const broken = links
    .map((link) => [link.where, problemOf(link)])
    .filter(([, problem]) => problem !== undefined);
  expect(broken).toEqual([]);
});

test("a link that leads nowhere is found out", () => {
  const lines = ["# Title", "[a](missing.md) and [b](README.md#nothing), [c](docs/README.md#documentation)"];
  const found = linksOf({ path: "example.md", lines }).map(problemOf);
  expect(found).toEqual(["missing.md doesn't exist", "README.md has no heading #nothing", undefined]);
});

test("every page of docs/ is in its index", () => {
  const listed = links.filter(({ where }) => where.startsWith("docs/README.md:")).map(({ path }) => path);
  const missing = all
    .map(({ path }) => path)
    .filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== "docs/README.md" && !listed.includes(path));
  expect(missing).toEqual([]);
});
