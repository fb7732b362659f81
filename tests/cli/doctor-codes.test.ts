import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CODES } from "../../cli/doctor/codes";

/** The codes, and the tests that provoke them, are two lists of one thing. */
const codes = Object.keys(CODES).sort();

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
