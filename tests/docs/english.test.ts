import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./pages";

/** Phrases that nobody would say, and what to write instead. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bmend(s|ed|ing)?\b/, "fix"],
  [/\b(is|are|was|were) to (?=[a-z])/, "must, should, or a verb"],
  [/\b(is|are|was) no\b(?! (longer|more)\b)/, "isn't a, has no"],
  [/\bfor ever\b/, "forever"],
  [/\bwhoever\b/, "anyone who"],
  [/\bso many\b/, "a number"],
  [/\broads?\b/, "way"],
  [/\bsays? no\b/, "refuses"],
  [/\bit only is that\b/, "only"],
  [/\bbe it\b/, "whether"],
  [/\bamid\b/, "in the middle of"],
  [/\bforetold\b/, "predicted"],
  [/\bin turns\b/, "alternately"],
];

/** `needsMending` has a banned word too. */
const apart = (text: string) => text.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();

/** `where:line: phrase (better words)` for each banned phrase; one that a line break splits counts too. */
function bannedIn(where: string, text: string): string[] {
  const lines = text.split("\n").map(apart);
  return lines.flatMap((line, index) => {
    const next = (lines[index + 1] ?? "").replace(/^\s*(\*|\/\/|#)?\s*/, "");
    const joined = `${line} ${next}`;
    return BANNED.flatMap(([phrase, better]) => {
      const found = phrase.exec(joined);
      if (found === null || found.index >= line.length) return [];
      return [`${where}:${index + 1}: ${found[0].trim()} (${better})`];
    });
  });
}

/** What people wrote: no lock file, no fixture, no snapshot, no licence. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => /\.(ts|mjs|md|ya?ml)$/.test(file))
  .filter((file) => !/^tests\/fixtures\/|__snapshots__|^tests\/docs\/english\.test\.ts$/.test(file));

test("the repository's files are found", () => {
  expect(files).toEqual(
    expect.arrayContaining(["README.md", "index.ts", "docs/adr/0001-no-built-in-admin-and-no-group-sync.md"]),
  );
});

test("code, comments and pages are in plain English", () => {
  const found = files.flatMap((file) => {
    try {
      return bannedIn(file, readFileSync(join(ROOT, file), "utf8"));
    } catch {
      return []; // Deleted, and not committed yet.
    }
  });
  expect(found).toEqual([]);
});

test.each([
  ["const x = needsMending(y);", ["a.ts:1: mending (fix)"]],
  ["// the key is to be\n// sent", ["a.ts:1: is to (must, should, or a verb)"]],
  [" * and the rest is\n * no key", ["a.ts:1: is no (isn't a, has no)"]],
  ["there is no key on the recommended road", ["a.ts:1: is no (isn't a, has no)", "a.ts:1: road (way)"]],
  ["anyone who has it is no longer a member", []],
])("%j", (text, found) => {
  expect(bannedIn("a.ts", text)).toEqual(found);
});
