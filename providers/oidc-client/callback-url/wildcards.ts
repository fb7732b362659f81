import type { Dialect } from "./dialect";

/**
 * A callback URL in the syntax of URL patterns: in the path `*` is one segment and `**` any number of them; the colons of
 * an IPv6 address are no wildcards, and since 2.13 no colon is.
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
