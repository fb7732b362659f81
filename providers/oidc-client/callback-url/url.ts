import { encodeOpaque, encodePath, encodeUserInfo, withoutBreaks } from "./encoding";
import { domainOf, ipv6Of, opaqueHostOf, SPECIAL_SCHEMES } from "./host";

/** The parts of a URL without query and fragment. */
export interface UrlParts {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
}

const NO_AUTHORITY = { username: "", password: "", hostname: "", port: "" };

/**
 * Reads a URL that has no query and no fragment, as browsers do (https://url.spec.whatwg.org); undefined when it is none.
 * Node's own reading depends on its version.
 */
export function readUrl(text: string): UrlParts | undefined {
  const trimmed = withoutBreaks(text.replace(/^[^!-\u{10ffff}]+|[^!-\u{10ffff}]+$/gu, ""));
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):([^]*)$/i.exec(trimmed) ?? [];
  if (scheme === undefined) return undefined;
  const protocol = scheme.toLowerCase();
  if (protocol === "file") return readFileUrl(rest.replaceAll("\\", "/"));
  if (protocol in SPECIAL_SCHEMES) {
    const [, authority = "", path = ""] = /^[/\\]*([^/\\]*)([^]*)$/.exec(rest) ?? [];
    const parts = readAuthority(authority, protocol);
    const slashes = path.replaceAll("\\", "/");
    return parts && { protocol, ...parts, pathname: encodePath(slashes === "" ? "/" : slashes) };
  }
  if (rest.startsWith("//")) {
    const [, authority = "", path = ""] = /^\/\/([^/]*)([^]*)$/.exec(rest) ?? [];
    const parts = readAuthority(authority, protocol);
    return parts && { protocol, ...parts, pathname: path === "" ? "" : encodePath(path) };
  }
  const pathname = rest.startsWith("/") ? encodePath(rest) : encodeOpaque(rest);
  return { protocol, ...NO_AUTHORITY, pathname };
}

function readFileUrl(rest: string): UrlParts | undefined {
  const [, host = "", path = ""] = /^(?:\/\/([^/]*))?([^]*)$/.exec(rest) ?? [];
  const hostname = host === "" || host === "localhost" ? "" : hostOf(host, true, false);
  const pathname = encodePath(path.startsWith("/") ? path : `/${path}`);
  return hostname === undefined ? undefined : { protocol: "file", ...NO_AUTHORITY, hostname, pathname };
}

function readAuthority(authority: string, protocol: string): typeof NO_AUTHORITY | undefined {
  const at = authority.lastIndexOf("@");
  const [, user = "", password = ""] = /^([^:]*):?([^]*)$/.exec(authority.slice(0, Math.max(at, 0))) ?? [];
  const [, host = "", port] = /^((?:\[[^\]]*\]?|[^:[])*)(?::([^]*))?$/.exec(authority.slice(at + 1)) ?? [];
  const isSpecial = protocol in SPECIAL_SCHEMES;
  if (host === "" && (isSpecial || at >= 0 || port !== undefined)) return undefined;
  const hostname = host === "" ? "" : hostOf(host, isSpecial, false);
  const portNumber = port === undefined || port === "" ? "" : portOf(port);
  if (hostname === undefined || portNumber === undefined) return undefined;
  return {
    username: encodeUserInfo(user),
    password: encodeUserInfo(password),
    hostname,
    port: portNumber === SPECIAL_SCHEMES[protocol] ? "" : portNumber,
  };
}

/** A host as URLs have it; undefined for what can't be one. */
export function hostOf(host: string, isSpecial: boolean, strict: boolean): string | undefined {
  if (host.startsWith("[")) return ipv6Of(host);
  return isSpecial ? domainOf(host, strict) : opaqueHostOf(host, strict);
}

function portOf(port: string): string | undefined {
  return /^\d+$/.test(port) && Number(port) <= 65_535 ? String(Number(port)) : undefined;
}
