import {
  acceptsCallback,
  callbackProblem,
  changesIn213,
  isCallbackUrl,
} from "@ocis-pocket-id/providers/callback-url";
import { answers, type Bits, VERSIONS } from "../support/callback-answers";

/** What Pocket ID's own functions answer, of three versions, for real and nasty callback URLs. */
const inEachVersion = (answer: (version: string) => boolean): Bits =>
  VERSIONS.map((version) => (answer(version) ? "1" : "0")).join("");

test("there are more than 2,000 pairs for each version", () => {
  const pairs = answers().flatMap(({ matches }) => [...matches.values()]);
  const positive = VERSIONS.map((_version, index) => pairs.filter((bits) => bits[index] === "1").length);
  expect(pairs.length).toBeGreaterThan(9_000);
  expect(Math.min(...positive)).toBeGreaterThan(2_000);
});

test("what is stored is what Pocket ID stores", () => {
  const wrong = answers().filter(
    ({ pattern, stored }) => inEachVersion((version) => isCallbackUrl(pattern, version)) !== stored,
  );
  expect(wrong.map(({ pattern }) => pattern)).toEqual([]);
});

test("what matches at a login is what Pocket ID matches", () => {
  const wrong = answers().flatMap(({ pattern, matches }) =>
    [...matches].flatMap(([url, bits]) => {
      const ours = inEachVersion((version) => acceptsCallback([pattern], url, version));
      return ours === bits ? [] : [`${pattern} ${url}: ${ours}, not ${bits}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test("a pattern that no version stores has a reason on one line, and any other has none", () => {
  for (const { pattern, stored } of answers()) {
    const reason = callbackProblem(pattern);
    expect([pattern, reason === undefined]).toEqual([pattern, stored !== "000"]);
    expect(reason?.length ?? 1).toBeGreaterThan(0);
    VERSIONS.forEach((version, index) => {
      expect([pattern, callbackProblem(pattern, version) === undefined]).toEqual([
        pattern,
        stored[index] === "1",
      ]);
    });
  }
});

test.each([
  ["https://ocis.company.com:65536/", "'https://ocis.company.com:65536/' has the port '65536'"],
  ["https://256.1.1.1/", "has the host '256.1.1.1'"],
  ["http://0x7f.1/cb", "has the host '0x7f.1'"],
  ["/callback", "'/callback' has no scheme"],
  ["https://ocis.company.com/(a", "put a backslash before each of"],
])("%s: %s", (pattern, reason) => {
  expect(callbackProblem(pattern)).toContain(reason);
});

test.each([
  ["https://ocis.company.com/:id", true],
  ["https://ocis.company.com/x\\:1", true],
  ["https://ocis.company.com/x?next=https://b.example/", true],
  ["https://ocis.company.com/x:1", true],
  ["https://user:pw@ocis.company.com/", true],
  ["https://ocis.company.com:9200/", false],
  ["http://127.0.0.1:*", false],
  ["http://[::1]:*/cb", false],
  ["oc://ios.owncloud.com", false],
  ["*", false],
])("%s changes its meaning in 2.13: %s", (pattern, changes) => {
  expect(changesIn213(pattern)).toBe(changes);
});

test("a pattern whose answers differ between 2.12 and 2.13 is known to change", () => {
  const differs = (bits: Bits) => bits[1] !== bits[2];
  const changing = answers().filter(
    ({ stored, matches }) => differs(stored) || [...matches.values()].some(differs),
  );
  expect(changing.length).toBeGreaterThan(30);
  expect(changing.filter(({ pattern }) => !changesIn213(pattern))).toEqual([]);
});

test("one list with a query that can't be read matches nothing from there on", () => {
  const [good, bad] = ["https://ocis.company.com/cb", "https://ocis.company.com/cb?x=%zz"];
  expect(acceptsCallback([bad, good], good, "2.14.0")).toBe(false);
  expect(acceptsCallback([good, bad], good, "2.14.0")).toBe(true);
});

test("an expression that is slow to try in other places is not", () => {
  const started = performance.now();
  const url = `https://ocis.company.com/${"a".repeat(2_000)}!`;
  expect(acceptsCallback(["https://ocis.company.com/((?:a+)+)"], url, "2.12.0")).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});
