import { domainToASCII } from "node:url";

/** Bytes as `%XX` each. */
export const percent = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

/** Bytes, one character each, with every `%XX` read. */
export const unescaped = (bytes: string): string =>
  bytes.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Whether a `%` begins no `%XX`. */
export const hasBadEscape = (text: string): boolean => /%(?![0-9a-f]{2})/i.test(text);

/** Percent-encodes what the pattern matches. */
const percentEncode = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (char) => percent(Buffer.from(char)));

export const encodeUserInfo = (text: string): string =>
  percentEncode(text, /[^!-~]|["#<>?`{}/:;=@[\\\]^|]/gu);
export const encodeOpaque = (text: string): string => percentEncode(text, /[^ -~]/gu);

/** What URLs ignore wherever it stands. */
export const withoutBreaks = (text: string): string => text.replace(/[\t\n\r]/g, "");

/** A path that begins with a slash, without `.` and `..`. */
export function encodePath(path: string): string {
  const segments = percentEncode(path, /[^!-~]|["#<>?`{}]/gu)
    .split("/")
    .slice(1);
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const isUp = /^(?:\.|%2e){2}$/i.test(segment);
    const isHere = /^(?:\.|%2e)$/i.test(segment);
    if (isUp) kept.pop();
    if (!isUp && !isHere) kept.push(segment);
    else if (index === segments.length - 1) kept.push("");
  });
  return kept.map((segment) => `/${segment}`).join("");
}

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
 * Reads a URL that has no query and no fragment, as browsers do (https://url.spec.whatwg.org); undefined if it isn't a URL.
 * Node's own reading depends on its version.
 */
export function readUrl(text: string): UrlParts | undefined {
  const trimmed = withoutBreaks(text.replace(/^[^!-\u{10ffff}]+|[^!-\u{10ffff}]+$/gu, ""));
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):([^]*)$/i.exec(trimmed) ?? [];
  if (scheme === undefined) return undefined;
  const protocol = scheme.toLowerCase();
  if (protocol === "file") return readFileUrl(rest.replaceAll("\\", "/"));
  const isSpecial = protocol in SPECIAL_SCHEMES;
  const [, authority, path = ""] =
    (isSpecial ? /^\/*([^/]*)([^]*)$/.exec(rest.replaceAll("\\", "/")) : /^\/\/([^/]*)([^]*)$/.exec(rest)) ??
    [];
  if (authority === undefined) {
    const pathname = rest.startsWith("/") ? encodePath(rest) : encodeOpaque(rest);
    return { protocol, ...NO_AUTHORITY, pathname };
  }
  const parts = readAuthority(authority, protocol);
  return parts && { protocol, ...parts, pathname: encodePath(path === "" && isSpecial ? "/" : path) };
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
  const isPort = /^\d*$/.test(port ?? "") && Number(port ?? 0) <= 65_535;
  if (hostname === undefined || !isPort) return undefined;
  const number = port === undefined || port === "" ? "" : String(Number(port));
  return {
    username: encodeUserInfo(user),
    password: encodeUserInfo(password),
    hostname,
    port: number === SPECIAL_SCHEMES[protocol] ? "" : number,
  };
}

/**
 * A host as URLs have it; undefined for what can't be one.
 *
 * @param strict refuses what browsers put up with: hexadecimal and octal numbers, a final dot in an address
 */
export function hostOf(host: string, isSpecial: boolean, strict: boolean): string | undefined {
  if (host.startsWith("[")) {
    // An address, in its shortest form.
    const address = `http://[${/^\[+([0-9a-f:.]+)\]+$/i.exec(host)?.[1] ?? ""}]`;
    return URL.canParse(address) ? new URL(address).hostname : undefined;
  }
  if (isSpecial) return domainOf(host, strict);
  // Any text without characters that end a host.
  if (host.includes("\0") || /[\s#/:<>?@[\\\]^|]/.test(host)) return undefined;
  const isPlain = /^(?:[\w$&'()*+,.;=~-]|%[0-9a-f]{2}|(?!\p{NChar})[\xa0-\u{10fffd}])*$/iu.test(host);
  return strict && !isPlain ? undefined : encodeOpaque(host);
}

/** Schemes whose URLs always have a host, and the ports that they leave out. */
export const SPECIAL_SCHEMES: Readonly<Record<string, string>> = {
  ftp: "21",
  http: "80",
  https: "443",
  ws: "80",
  wss: "443",
};

/** A domain or IPv4 address as URLs have it; undefined for what can't be one. */
function domainOf(text: string, strict: boolean): string | undefined {
  const domain = percentDecoded(text);
  const ascii = domain === undefined ? undefined : toAscii(domain);
  if (ascii === undefined || !/^(?:(?![#%/:<>?@[\\\]^|])[!-~])*$/.test(ascii)) return undefined;
  const endsInNumber = /(?:^|\.)(?:\d+|0x[0-9a-f]*|[+-]\d+)\.?$/.test(ascii);
  return endsInNumber ? addressOf(ascii, strict) : ascii;
}

function percentDecoded(text: string): string | undefined {
  const decoded = unescaped(Buffer.from(text).toString("latin1"));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(decoded, "latin1"));
  } catch {
    return undefined;
  }
}

function toAscii(domain: string): string | undefined {
  const isAscii = /^\p{ASCII}*$/u.test(domain);
  if (isAscii && !/(?:^|\.)xn--/i.test(domain)) return domain.toLowerCase() || undefined;
  // The ending keeps Node from taking the name for an address.
  const ascii = domainToASCII(`${domain}.x`).slice(0, -2);
  // A name with non-ASCII letters has no other signs.
  const isPlain = /^(?:[0-9a-z.-]|\P{ASCII})*$/iu.test(domain) && /^[0-9a-z.-]+$/.test(ascii);
  return isPlain ? ascii : undefined;
}

function addressOf(domain: string, strict: boolean): string | undefined {
  if (strict && domain.endsWith(".")) return undefined;
  const parts = domain.replace(/\.$/, "").split(".");
  const numbers = parts.map((part) => numberOf(part, strict));
  const last = numbers.pop();
  if (last === undefined || numbers.length > 3 || (strict && last > 255)) return undefined;
  if (numbers.some((number) => number === undefined || number > 255)) return undefined;
  if (last >= 256 ** (4 - numbers.length)) return undefined;
  const value = numbers.reduce<number>((sum, one, index) => sum + (one ?? 0) * 256 ** (3 - index), last);
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

function numberOf(part: string, strict: boolean): number | undefined {
  const [digits, radix] = /^0x/.test(part)
    ? [part.slice(2), 16]
    : part.length > 1 && part.startsWith("0")
      ? [part.slice(1), 8]
      : [part, 10];
  if (strict && radix !== 10) return undefined;
  if (digits === "") return part === "" ? undefined : 0;
  const isNumber = { 8: /^[+-]?[0-7]+$/, 10: /^[+-]?\d+$/, 16: /^[+-]?[0-9a-f]+$/ }[radix]?.test(digits);
  return isNumber === true ? Number.parseInt(digits, radix) : undefined;
}
