import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One answer for each of `VERSIONS`: `011`. */
export type Bits = string;

/** A pattern, and what Pocket ID answered. */
export interface Answers {
  readonly pattern: string;
  /** Whether it is stored. */
  readonly stored: Bits;
  /** By URL: whether a login may return there. */
  readonly matches: ReadonlyMap<string, Bits>;
}

/** As in the file: a table of patterns by URLs, where what isn't listed matches nowhere; and other pairs. */
interface Fixture {
  readonly versions: readonly string[];
  readonly urls: readonly string[];
  readonly table: readonly (readonly [
    pattern: string,
    stored: Bits,
    urls: Readonly<Record<Bits, number[]>>,
  ])[];
  readonly others: readonly (readonly [pattern: string, stored: Bits, pairs: readonly [string, Bits][]])[];
}

const FILE = join(__dirname, "..", "fixtures", "callback-urls", "answers.json");
const fixture = JSON.parse(readFileSync(FILE, "utf8")) as Fixture;

export const VERSIONS = fixture.versions;
export const URLS = fixture.urls;

export function answers(): Answers[] {
  const table = fixture.table.map(([pattern, stored, indexes], row) => {
    // Of the many that match nowhere some will do, others for each pattern.
    const nowhere = URLS.filter((_url, index) => (index + row) % 20 === 0);
    const matches = new Map(nowhere.map((url) => [url, "000"]));
    for (const [bits, list] of Object.entries(indexes)) {
      for (const index of list) matches.set(URLS[index] ?? "", bits);
    }
    return { pattern, stored, matches };
  });
  const others = fixture.others.map(([pattern, stored, pairs]) => {
    return { pattern, stored, matches: new Map(pairs) };
  });
  return [...table, ...others];
}
