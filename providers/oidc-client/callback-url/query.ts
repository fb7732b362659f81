import { hasBadEscape, unescaped } from "./encoding";

/** The values of each key. */
type Query = ReadonlyMap<string, readonly string[]>;

/** Reads a query without its `?`, as Go does; undefined when it is malformed. */
export function readQuery(text: string): Query | undefined {
  const query = new Map<string, string[]>();
  const pairs = Buffer.from(text).toString("latin1").split("&");
  if (pairs.length > 10_000) return undefined;
  for (const pair of pairs) {
    if (pair === "") continue;
    if (pair.includes(";") || hasBadEscape(pair)) return undefined;
    const [, key = "", value = ""] = /^([^=]*)=?([^]*)$/.exec(pair) ?? [];
    const name = decoded(key);
    query.set(name, [...(query.get(name) ?? []), decoded(value)]);
  }
  return query;
}

const decoded = (text: string): string => unescaped(text.replaceAll("+", " "));

/** Whether a query has the keys of the pattern, all of them and no other, with values that match one by one. */
export function queryMatches(pattern: Query, query: Query): boolean {
  return (
    pattern.size === query.size &&
    Array.from(pattern).every(([key, wanted]) => {
      const values = query.get(key);
      return (
        values?.length === wanted.length &&
        wanted.every((glob, index) => globMatches(glob, values[index] ?? ""))
      );
    })
  );
}

type Step = "any" | ((char: string) => boolean);

/** `*`, `?` and `[a-z]` as in Go's path.Match; false for a malformed pattern. */
function globMatches(glob: string, bytes: string): boolean {
  const steps = readGlob(Buffer.from(glob, "latin1").toString());
  if (steps === undefined) return false;
  const text = Array.from(Buffer.from(bytes, "latin1").toString());
  let places = new Set([0]);
  for (const step of steps) {
    const reached = new Set<number>();
    for (const place of places) {
      if (step !== "any") {
        const char = text[place];
        if (char !== undefined && step(char)) reached.add(place + 1);
        continue;
      }
      reached.add(place);
      for (let end = place; end < text.length && text[end] !== "/"; end += 1) reached.add(end + 1);
    }
    places = reached;
  }
  return places.has(text.length);
}

function readGlob(glob: string): Step[] | undefined {
  const steps: Step[] = [];
  const pattern = /\*|\?|\\([^])|\[(\^?)((?:(?:\\[^]|[^\\\]-])(?:-(?:\\[^]|[^\\\]-]))?)+)\]|([^\\[])/gu;
  let end = 0;
  for (const found of glob.matchAll(pattern)) {
    if (found.index !== end) return undefined;
    end += found[0].length;
    const [all, escaped, negated, ranges, plain] = found;
    if (all === "*") steps.push("any");
    else if (all === "?") steps.push((char) => char !== "/");
    else if (ranges !== undefined) steps.push(charactersIn(ranges, negated === "^"));
    else steps.push((char) => char === (escaped ?? plain));
  }
  return end === glob.length ? steps : undefined;
}

function charactersIn(ranges: string, isNegated: boolean): (char: string) => boolean {
  const read = Array.from(ranges.matchAll(/(?:\\([^])|([^\\-]))(?:-(?:\\([^])|([^\\-])))?/gu), (found) => {
    const low = found[1] ?? found[2] ?? "";
    return [low, found[3] ?? found[4] ?? low].map((char) => char.codePointAt(0) ?? 0) as [number, number];
  });
  return (char) => {
    const code = char.codePointAt(0) ?? 0;
    return read.some(([low, high]) => low <= code && code <= high) !== isNegated;
  };
}
