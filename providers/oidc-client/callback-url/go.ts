import { isIPv6 } from "node:net";
import { type Expression, inSequence, literal, matchesAll, one, oneOf, repeat } from "./expression";
import { hasBadEscape, percent, unescaped } from "./url";

/**
 * An absolute URL as Go's net/url reads it, which differs from how browsers do. Texts are bytes: one character each.
 */
export interface GoUrl {
  readonly scheme: string;
  /** Name, or name and password, decoded. */
  readonly user: readonly string[] | undefined;
  readonly host: string;
  /** As it was written. */
  readonly path: string;
  /** With its `?`. */
  readonly query: string;
}

/** Undefined when Go refuses it, or it has no scheme. */
export function readGoUrl(text: string): GoUrl | undefined {
  const [bytes = "", ...fragment] = Buffer.from(text).toString("latin1").split("#");
  const [, scheme, start = "", query = ""] = /^([a-z][a-z0-9+.-]*):([^?]*)([^]*)$/i.exec(bytes) ?? [];
  if (scheme === undefined || /[^\P{Cc}\x80-\x9f]/u.test(bytes) || hasBadEscape(fragment.join("#")))
    return undefined;
  const url = { scheme: scheme.toLowerCase(), user: undefined, host: "", path: "", query };
  if (!start.startsWith("/")) return url;
  const [, credentials, authority, path = ""] = /^(?:\/\/(?:([^/]*)@)?([^/]*))?([^]*)$/.exec(start) ?? [];
  if (hasBadEscape(path)) return undefined;
  if (authority === undefined) return { ...url, path };
  const host = readHost(authority, url.scheme);
  const user = credentials === undefined ? undefined : readUser(credentials);
  if (host === undefined || (credentials !== undefined && user === undefined)) return undefined;
  return { ...url, user, host, path };
}

/** As Go writes a URL with a host. A path stays as it was written if all that must be escaped is. */
export function writeGoUrl({ scheme, user, host, path, query }: GoUrl): string {
  const credentials =
    user === undefined ? "" : `${user.map((part) => escape(part, /[\w$&+,\-.;=~]/)).join(":")}@`;
  const isValid = /^[\w$&+,\-./:;=@~!'()*[\]%]*$/.test(path);
  const written = isValid ? path : escape(unescaped(path), /[\w$&+,\-./:;=@~]/);
  return Buffer.from(`${scheme}://${credentials}${host}${written}${query}`, "latin1").toString();
}

const escape = (bytes: string, plain: RegExp): string =>
  Array.from(bytes, (byte) => (plain.test(byte) ? byte : percent(Buffer.from(byte, "latin1")))).join("");

function readUser(text: string): string[] | undefined {
  if (!/^[\w\-.:~!$&'()*+,;=%@]*$/.test(text) || hasBadEscape(text)) return undefined;
  const [, name = "", password] = /^([^:]*)(?::([^]*))?$/.exec(text) ?? [];
  return (password === undefined ? [name] : [name, password]).map(unescaped);
}

function readHost(host: string, scheme: string): string | undefined {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) return undefined;
  if (bracket === 0) {
    const [, plain, zone] = /^\[(.*?)(?:%25(.*))?\](?::\d*)?$/s.exec(host) ?? [];
    return plain !== undefined && isIPv6(plain) && zone !== "" ? host : undefined;
  }
  const isStrict = scheme === "http" || scheme === "https";
  const colon = isStrict ? host.indexOf(":") : host.lastIndexOf(":");
  if (colon !== -1 && !/^:\d*$/.test(host.slice(colon))) return undefined;
  if (hasBadEscape(host) || /%(?!25)[0-7]/.test(host)) return undefined;
  return /^[\w!"$&'()*+,\-.:;<=>[\]~%\x80-\xff]*$/.test(host) ? unescaped(host) : undefined;
}

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
    const [, key = "", value = ""] = /^([^=]*)=?([^]*)$/.exec(pair.replaceAll("+", " ")) ?? [];
    const name = unescaped(key);
    query.set(name, [...(query.get(name) ?? []), unescaped(value)]);
  }
  return query;
}

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

const NO_SLASH = oneOf("^\\/");

/** `*`, `?` and `[a-z]` as in Go's path.Match; false for a malformed pattern. */
function globMatches(globBytes: string, bytes: string): boolean {
  const [glob = "", text = ""] = [globBytes, bytes].map((one) => Buffer.from(one, "latin1").toString());
  const parts = /\*|\?|\\([^])|\[(\^?)((?:(?:\\[^]|[^\\\]-])(?:-(?:\\[^]|[^\\\]-]))?)+)\]|([^\\[])/guy;
  const steps: Expression[] = [];
  let end = 0;
  for (const [all, escaped, caret = "", ranges, plain] of glob.matchAll(parts)) {
    end += all.length;
    if (all === "*") steps.push(repeat(NO_SLASH, 0, Infinity));
    else if (all === "?") steps.push(NO_SLASH);
    else if (ranges !== undefined) steps.push(oneOf(caret + membersIn(ranges)));
    else steps.push(one(codeOf(escaped ?? plain)));
  }
  return end === glob.length && matchesAll(inSequence(steps), text);
}

/** The members of a class. A range whose end comes before its start has none. */
function membersIn(ranges: string): string {
  const read = Array.from(ranges.matchAll(/\\?([^])(?:-\\?([^]))?/gu), ([, low, high = low]) => {
    return codeOf(low) > codeOf(high) ? "" : `${literal(codeOf(low))}-${literal(codeOf(high))}`;
  });
  return read.join("");
}

const codeOf = (char = ""): number => char.codePointAt(0) ?? 0;
