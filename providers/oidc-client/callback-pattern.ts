import { createRequire } from "node:module";
import type { URLPattern as Pattern } from "urlpattern-polyfill" with { "resolution-mode": "import" };

// Its types are those of an ES module only; its code is for both.
const load = createRequire(__filename);

/**
 * What is wrong with a callback URL pattern, or undefined. Pocket ID accepts WHATWG URL patterns with a scheme, and `*`;
 * it refuses what a browser would run. Checked against the real server by the contract suite's table.
 */
export function callbackProblem(pattern: string): string | undefined {
  if (pattern === "*") return undefined;
  const [url = ""] = pattern.split("#", 1);
  const scheme = /^([a-z][a-z0-9+.-]*|\*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined)
    return `'${pattern}' has no scheme: write it like https://app.company.com/callback`;
  if (scheme === "javascript" || scheme === "data")
    return `'${pattern}' is a ${scheme}: URL, which a browser would run`;
  if (/\s/.test(url)) return `'${pattern}' has a blank in it`;
  const authority = /^[^:]+:\/\/([^/?]*)/.exec(url)?.[1];
  const port = authority === undefined ? undefined : /:([^:\]]*)$/.exec(authority)?.[1];
  if (port !== undefined && !/^(\d{1,5}|\*)?$/.test(port)) {
    return `'${pattern}' has the port '${port}': write a number, or * for any`;
  }
  if (!isUrlPattern(inStandardSyntax(url))) {
    return `'${pattern}' is no URL pattern: put a backslash before each of ( ) { } : ? that stands for itself`;
  }
  return undefined;
}

/** Pocket ID's wildcards in the standard's words: in the path `*` is one segment, and `**` any number of them. */
function inStandardSyntax(url: string): string {
  const path = /^[^:]+:(\/\/[^/]*)?/.exec(url)?.[0].length ?? 0;
  const segments = url
    .slice(path)
    .replace(/\*\*?/g, (stars, index: number) => (stars === "**" ? "*" : `:segment${index}`));
  return url.slice(0, path) + segments;
}

/** Source: WHATWG URL Pattern, section 1.6. */
function isUrlPattern(text: string): boolean {
  // Most are a URL and wildcards, which need no reading.
  if (/^[a-z][a-z0-9+.-]*:\/\/[\w.*-]*(:[\d*]+)?(\/[\w.*-]*)*$/i.test(text)) return true;
  // The standard's own reading; Pocket ID's is stricter in these two.
  if (text.endsWith("\\") || /:[$_]/.test(text)) return false;
  const { URLPattern } = load("urlpattern-polyfill") as { URLPattern: typeof Pattern };
  try {
    new URLPattern(text);
    return true;
  } catch {
    return false;
  }
}
