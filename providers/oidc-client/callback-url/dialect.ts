import { isAtLeast } from "../../pocket-id/server-version";

/**
 * How Pocket ID reads callback URLs, by the first version that reads them so. 2.6: as URL patterns, in which `:name` is a
 * wildcard. 2.10: the same, and they must be URLs of a scheme that runs nothing. 2.13: a colon stands for itself.
 */
export type Dialect = "2.6" | "2.10" | "2.13";

export const DIALECTS: readonly Dialect[] = ["2.6", "2.10", "2.13"];

/** Versions before 2.6 count as 2.6. */
export function dialectOf(version: string): Dialect {
  if (isAtLeast(version, "2.13")) return "2.13";
  return isAtLeast(version, "2.10") ? "2.10" : "2.6";
}

/**
 * A callback URL in the syntax of URL patterns: in the path `*` is one segment and `**` any number of them; the colons of
 * an IPv6 address aren't wildcards, and since 2.13 no colon is.
 */
export function inPatternSyntax(callback: string, dialect: Dialect): string {
  const { base, path } = splitAtPath(callback);
  const colonIsPlain = dialect === "2.13";
  return baseInPatternSyntax(base, colonIsPlain) + pathInPatternSyntax(path, colonIsPlain);
}

function splitAtPath(url: string) {
  const scheme = url.indexOf("://");
  const start = url.indexOf("/", scheme === -1 ? 0 : scheme + 3);
  return start === -1 ? { base: url, path: "" } : { base: url.slice(0, start), path: url.slice(start) };
}

function baseInPatternSyntax(base: string, colonIsPlain: boolean): string {
  let where: "scheme" | "host" | "address" | "rest" = "scheme";
  return Array.from(base, (char, index) => {
    if (where === "scheme") {
      if (index > 3 && base.slice(index - 2, index + 1) === "://") where = "host";
      return char;
    }
    if (where === "host") {
      if (char === "[") where = "address";
      else if (char === "/" || char === "]") where = "rest";
      return char === ":" && colonIsPlain && !/^\d/.test(base.slice(index + 1)) ? "\\:" : char;
    }
    if (where === "address") {
      if (char === "/" || char === "]" || char === "[") where = "rest";
      return char === ":" ? "\\:" : char;
    }
    return char;
  }).join("");
}

function pathInPatternSyntax(path: string, colonIsPlain: boolean): string {
  return path.replace(/\*\*?|:/g, (sign, index: number) => {
    if (sign === ":") return colonIsPlain ? "\\:" : ":";
    // The name has the position in bytes; letters that follow belong to it.
    return sign === "**" ? "*" : `:p${Buffer.byteLength(path.slice(0, index))}`;
  });
}
