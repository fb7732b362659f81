import { isIP } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { isLoopback } from "../../pocket-id/network";
import { queryMatches, readGoUrl, readQuery, writeGoUrl } from "./go";
import { type Dialect, dialectOf, DIALECTS, patternMatches, readPattern } from "./pattern";
import { readUrl } from "./url";

/**
 * Whether Pocket ID sends people to a URL after a login, given the callback URLs of the client.
 *
 * @param version of Pocket ID: `2.14.0`
 */
export function acceptsCallback(patterns: readonly string[], url: string, version: string): boolean {
  if (url === "") return false;
  const loopback = withoutLoopbackPort(url);
  const urls = loopback === undefined ? [url] : [url, loopback];
  for (const pattern of patterns) {
    for (const one of urls) {
      const isMatch = matches(pattern, one, dialectOf(version));
      // A query that can't be read ends the search.
      if (isMatch === undefined) return false;
      if (isMatch) return true;
    }
  }
  return false;
}

/** Whether Pocket ID stores a text as a callback URL. What a stored one matches is another matter. */
export function isCallbackUrl(text: string, version: string): boolean {
  return isStored(text, dialectOf(version));
}

/** Why no version of Pocket ID, or not this one, stores a text as a callback URL; undefined when it is right. */
export function callbackProblem(text: string, version?: string): string | undefined {
  const dialects = version === undefined ? DIALECTS : [dialectOf(version)];
  if (dialects.some((dialect) => isStored(text, dialect))) return undefined;
  const url = withoutFragment(text);
  const scheme = /^([a-z][a-z0-9+.-]*|\*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return `'${text}' has no scheme: write it like https://app.company.com/callback`;
  if (scheme === "javascript" || scheme === "data")
    return `'${text}' is a ${scheme}: URL, which a browser would run`;
  if (/\s/.test(url)) return `'${text}' contains a blank`;
  const authority = /^[^:]+:\/\/([^/?]*)/.exec(url)?.[1] ?? "";
  const port = /:([^:\]]*)$/.exec(authority)?.[1] ?? "";
  if (port !== "" && port !== "*" && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    return `'${text}' has the port '${port}': write a number up to 65535, or * for any`;
  if (!isStored(`${scheme}://${authority}`, "2.13"))
    return `'${text}' has the host '${authority}', which can't be one: write a name, or an address like 192.0.2.1`;
  if (version !== undefined && isStored(text, "2.13"))
    return (
      `'${text}' isn't a URL pattern for Pocket ID ${version}, which takes : for a wildcard: put a backslash before it, ` +
      "or upgrade to 2.13 or later"
    );
  return `'${text}' isn't a URL pattern: put a backslash before each of ( ) { } + ? that is meant literally, and write %25 for %`;
}

/** Whether a callback URL matches other URLs, or is refused, since 2.13: a colon that was a wildcard stands for itself. */
export function changesIn213(text: string): boolean {
  if (text === "*" || !text.includes(":")) return false;
  const [path = ""] = text.split(/[?#]/, 1);
  return (
    isStored(text, "2.10") !== isStored(text, "2.13") ||
    !isDeepStrictEqual(readPattern(path, "2.10"), readPattern(path, "2.13"))
  );
}

const withoutFragment = (text: string): string => text.replace(/#[^]*$/, "");

function matches(pattern: string, url: string, dialect: Dialect): boolean | undefined {
  if (pattern === url || pattern === "*") return true;
  const wanted = withoutQuery(pattern);
  const given = withoutQuery(url);
  if (wanted === undefined || given === undefined) return undefined;
  if (!queryMatches(wanted.query, given.query)) return false;
  const urlPattern = readPattern(wanted.url, dialect);
  const parts = readUrl(given.url);
  return urlPattern !== undefined && parts !== undefined && patternMatches(urlPattern, parts);
}

function withoutQuery(text: string) {
  const [, url = "", query = ""] = /^([^?#]*)(?:\?([^#]*))?/.exec(text) ?? [];
  const read = readQuery(query);
  return read && { url, query: read };
}

function isStored(text: string, dialect: Dialect): boolean {
  if (text === "*") return true;
  const url = withoutFragment(text);
  return (dialect === "2.6" || isPlainUrl(url)) && readPattern(url, dialect) !== undefined;
}

/** Whether a pattern is a URL of a scheme that runs nothing, once its wildcards are taken away. */
function isPlainUrl(pattern: string): boolean {
  const [, scheme, userInfo = "", host = "", rest = ""] =
    /^(\*:\/\/|[^]*?:\/\/)?([^/?]*@)?([^/?]*)([^]*)$/.exec(pattern) ?? [];
  const url =
    scheme === undefined
      ? pattern
      : (scheme === "*://" ? "https://" : scheme) + userInfo + withNumericPort(host) + rest;
  const read = readGoUrl(url);
  return read !== undefined && read.scheme !== "javascript" && read.scheme !== "data";
}

function withNumericPort(host: string): string {
  const colon = host.startsWith("[") ? host.indexOf("]") + 1 : host.lastIndexOf(":");
  const isPort = colon > 0 || (colon === 0 && !host.startsWith("["));
  return isPort && host[colon] === ":" && host.slice(colon + 1).includes("*")
    ? `${host.slice(0, colon)}:443`
    : host;
}

/** A loopback address has any port; undefined for other URLs. Source: RFC 8252, section 7.3. */
function withoutLoopbackPort(url: string): string | undefined {
  const read = readGoUrl(url);
  if (read?.scheme !== "http") return undefined;
  const host = read.host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/s, "$1");
  if (host !== "localhost" && !isLoopbackAddress(host)) return undefined;
  return writeGoUrl({ ...read, host: host.includes(":") ? `[${host}]` : host });
}

function isLoopbackAddress(host: string): boolean {
  if (isIP(host) === 4) return isLoopback(host);
  return isIP(host) === 6 && !host.includes("%") && isLoopback(new URL(`http://[${host}]`).hostname);
}
