import { isIPv6 } from "node:net";
import { hasBadEscape, unescaped } from "./encoding";

/**
 * A URL as Go's net/url reads it, which differs from how browsers do. Texts are bytes: one character each.
 */
export interface GoUrl {
  readonly scheme: string;
  /** Name, or name and password, decoded. */
  readonly user: readonly string[] | undefined;
  readonly host: string;
  /** As it was written. */
  readonly path: string;
  /** What follows the scheme when that isn't a slash. */
  readonly opaque: string | undefined;
  /** With its `?`. */
  readonly query: string;
}

/** Undefined when Go refuses it. */
export function readGoUrl(text: string): GoUrl | undefined {
  const [bytes = "", ...fragment] = Buffer.from(text).toString("latin1").split("#");
  if (/[^\P{Cc}\x80-\x9f]/u.test(bytes) || bytes.startsWith(":") || hasBadEscape(fragment.join("#")))
    return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(bytes)?.[1];
  const rest = scheme === undefined ? bytes : bytes.slice(scheme.length + 1);
  const [, beforeQuery = "", query = ""] = /^([^?]*)([^]*)$/.exec(rest) ?? [];
  const url = { scheme: scheme?.toLowerCase() ?? "", user: undefined, host: "", query };
  if (!beforeQuery.startsWith("/")) {
    if (scheme !== undefined) return { ...url, path: "", opaque: beforeQuery };
    if (/^[^/]*:/.test(beforeQuery)) return undefined;
  }
  const hasAuthority = scheme === undefined ? /^\/\/(?!\/)/ : /^\/\//;
  const authority = hasAuthority.test(beforeQuery)
    ? (/^\/\/([^/]*)/.exec(beforeQuery)?.[1] ?? "")
    : undefined;
  const path = authority === undefined ? beforeQuery : beforeQuery.slice(authority.length + 2);
  if (hasBadEscape(path)) return undefined;
  if (authority === undefined) return { ...url, path, opaque: undefined };
  const at = authority.lastIndexOf("@");
  const host = readHost(authority.slice(at + 1), url.scheme);
  const user = at === -1 ? undefined : readUser(authority.slice(0, at));
  if (host === undefined || (at !== -1 && user === undefined)) return undefined;
  return { ...url, user, host, path, opaque: undefined };
}

/** The host's name without port and brackets. */
export const goHostname = (host: string): string => host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/s, "$1");

/** As Go writes a URL. */
export function writeGoUrl({ scheme, user, host, path, opaque, query }: GoUrl): string {
  const credentials = user === undefined ? "" : `${user.map((part) => escape(part, PLAIN.user)).join(":")}@`;
  const start = opaque ?? `//${credentials}${host}${writePath(path)}`;
  return Buffer.from(`${scheme}:${start}${query}`, "latin1").toString();
}

/** As it was written if all that must be escaped is; else escaped anew. */
function writePath(path: string): string {
  const isValid = /^[\w$&+,\-./:;=@~!'()*[\]%]*$/.test(path);
  return isValid ? path : escape(unescaped(path), PLAIN.path);
}

const PLAIN = { path: /[\w$&+,\-./:;=@~]/, user: /[\w$&+,\-.;=~]/ };

const escape = (bytes: string, plain: RegExp): string =>
  Array.from(bytes, (byte) =>
    plain.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");

function readUser(text: string): string[] | undefined {
  if (!/^[\w\-.:~!$&'()*+,;=%@]*$/.test(text) || hasBadEscape(text)) return undefined;
  const [, name = "", password] = /^([^:]*)(?::([^]*))?$/.exec(text) ?? [];
  return (password === undefined ? [name] : [name, password]).map(unescaped);
}

function readHost(host: string, scheme: string): string | undefined {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) return undefined;
  if (bracket === 0) {
    const [, address = "", port] = /^\[(.*)\]([^\]]*)$/s.exec(host) ?? [];
    if (port === undefined || !isOptionalPort(port)) return undefined;
    const [, plain = "", zone] = /^(.*?)(?:%25(.*))?$/s.exec(address) ?? [];
    return isIPv6(plain) && zone !== "" ? host : undefined;
  }
  const isStrict = scheme === "http" || scheme === "https";
  const colon = isStrict ? host.indexOf(":") : host.lastIndexOf(":");
  if (colon !== -1 && !isOptionalPort(host.slice(colon))) return undefined;
  if (hasBadEscape(host) || /%(?!25)[0-7]/.test(host)) return undefined;
  return /^[\w!"$&'()*+,\-.:;<=>[\]~%\x80-\xff]*$/.test(host) ? unescaped(host) : undefined;
}

const isOptionalPort = (text: string): boolean => /^(?::\d*)?$/.test(text);
