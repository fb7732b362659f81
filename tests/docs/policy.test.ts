import { readFileSync } from "node:fs";
import { join } from "node:path";
import { POLICIES } from "../../policy/pack";
import { blocksOf, pages, ROOT } from "./pages";

const options = new Map(POLICIES.map(({ name, configSchema }) => [name, configSchema?.properties ?? {}]));

test("the pack's README lists every policy, with its options and their defaults", () => {
  const rows = readFileSync(join(ROOT, "policy", "README.md"), "utf8").match(/^\| `.*$/gm) ?? [];
  const listed = rows.map((row) => [...row.matchAll(/`([^`]*)`/g)].map(([, code = ""]) => code));
  expect(listed.map(([name]) => name)).toEqual([...options.keys()]);
  for (const [name = "", ...words] of listed) {
    for (const [option, { default: value }] of Object.entries(options.get(name) ?? {})) {
      const shown = JSON.stringify(value).replace(/,/g, ", ");
      expect([name, option, words]).toEqual([name, option, expect.arrayContaining([option, shown])]);
    }
  }
});

test("its example sets options that exist", () => {
  const [example, ...more] = pages()
    .flatMap(blocksOf)
    .filter(({ language }) => language === "json");
  expect(more).toEqual([]);
  const settings = JSON.parse(example?.text ?? "") as Record<string, unknown>;
  expect(Object.keys(settings).length).toBeGreaterThan(1);
  for (const [name, set] of Object.entries(settings)) {
    expect([...options.keys()]).toContain(name);
    const names = typeof set === "string" ? [] : Object.keys(set as object);
    expect(["enforcementLevel", ...Object.keys(options.get(name) ?? {})]).toEqual(
      expect.arrayContaining(names),
    );
  }
});
