import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CODES } from "../../cli/doctor/codes";

/** The codes, the page about them, and the tests that provoke them are three lists of one thing. */
const codes = Object.keys(CODES).sort();

test("docs/doctor.md has every code with its severity, and no other", () => {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "doctor.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (error|warning|advice) +\|/gm)];
  const documented = rows.map(([, code = "", severity = ""]) => [code, severity]);
  const known = Object.entries(CODES).map(([code, { severity }]) => [code, severity]);
  expect(documented.sort()).toEqual(known.sort());
});

test("every code is named by a test that provokes it", () => {
  const files = readdirSync(__dirname).filter((file) => /^doctor-.*\.test\.ts$/.test(file));
  const texts = files
    .filter((file) => file !== "doctor-codes.test.ts")
    .map((file) => readFileSync(join(__dirname, file), "utf8"));
  const named = codes.filter((code) =>
    texts.some((text) => new RegExp(`["\`:/^ ]${code}["\`: ]`).test(text)),
  );
  expect(named).toEqual(codes);
});
