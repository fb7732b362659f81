import { entries, type Rule, texts } from "./rule";

interface Options {
  readonly allowPatterns: readonly string[];
}

/** What the desktop apps need: they listen on any free port of the person's own machine. */
const LOOPBACK = ["http://127.0.0.1:*", "http://localhost:*"];

/** Pocket ID's callback URLs are patterns. Anyone who controls a matching URL can receive other people's logins. */
export const noWildcardCallbacks: Rule<Options> = {
  name: "no-wildcard-callbacks",
  description: "Logins and logouts return to known URLs only.",
  severity: "high",
  options: {
    allowPatterns: texts("Callback URLs that may have wildcards, exactly as clients have them.", ...LOOPBACK),
  },
  appliesTo: (type) => type === "pulumi-nodejs:dynamic/pocketid:OidcClient",
  problems: ({ props }, { allowPatterns }) =>
    ["callbackUrls", "logoutCallbackUrls"].flatMap((property) =>
      entries(props[property]).flatMap((url) => {
        const wildcard =
          typeof url === "string" && !allowPatterns.includes(url) ? wildcardIn(url) : undefined;
        if (wildcard === undefined) return [];
        return [`${property} has a URL with ${wildcard}: write the whole URL, or add it to allowPatterns`];
      }),
    ),
};

/**
 * What makes a callback URL match others, in any version of Pocket ID; undefined if nothing does. Before the query it's a URL
 * pattern, in which `:name` was a wildcard before Pocket ID 2.13; the query's values are globs.
 */
export function wildcardIn(url: string): string | undefined {
  if (url === "*") return "`*`, which is any URL";
  const plain = url.replace(/\\[^]/gu, "").replace(/#[^]*$/, "");
  const [, scheme = "", authority = "", path = "", query = ""] =
    /^(?:([^/?]*?):(?=\/\/))?(?:\/\/([^/?]*))?([^?]*)(?:\?([^]*))?$/.exec(plain) ?? [];
  const host = authority.replace(/\[[^\]]*\]/, (address) => address.replaceAll(":", ""));
  const parts = { scheme, host, path };
  for (const [part, text] of Object.entries(parts)) {
    const sign = /[*({]|:(?=\p{ID_Start})/u.exec(text)?.[0];
    if (sign !== undefined)
      return `${SIGNS[sign] ?? "`*`"} in its ${part === "host" ? "host or port" : part}`;
  }
  const glob = /[*?[]/.exec(query)?.[0];
  if (glob !== undefined) return `\`${glob}\` in its query`;
  return /^https?$/i.test(scheme) && path === "" ? "no path, which is any path" : undefined;
}

const SIGNS: Readonly<Record<string, string>> = { "(": "`(…)`", "{": "`{…}`", ":": "`:name`" };
