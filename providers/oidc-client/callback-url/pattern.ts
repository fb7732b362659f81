import { isAtLeast } from "../../pocket-id/server-version";
import { compile, type ComponentRules, type Token, tokenize } from "./component";
import { Malformed, matchesAll, readExpression } from "./expression";
import * as urls from "./url";

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
function inPatternSyntax(callback: string, dialect: Dialect): string {
  const colon = dialect === "2.13" ? "\\:" : ":";
  const [, base = "", path = ""] = /^((?:[^]*?:\/\/)?[^/]*)([^]*)$/.exec(callback) ?? [];
  const [, scheme = base, host = "", address = "", rest = ""] =
    /^([^]{2,}?:\/\/)([^/[\]]*)((?:\[[^/[\]]*)?)([^]*)$/.exec(base) ?? [];
  const pathInSyntax = path.replace(/\*\*?|:/g, (sign, index: number) => {
    if (sign === ":") return colon;
    // The name has the position in bytes; letters that follow belong to it.
    return sign === "**" ? "*" : `:p${Buffer.byteLength(path.slice(0, index))}`;
  });
  return scheme + host.replace(/:(?!\d)/g, colon) + address.replaceAll(":", "\\:") + rest + pathInSyntax;
}

/** A URL pattern: a regular expression in Go's syntax for each part of a URL. */
export type UrlPattern = Readonly<Record<keyof urls.UrlParts, string>>;

const PROTOCOL: ComponentRules = { encode: (text) => urls.readUrl(`${text}://dummy.test`)?.protocol };
const USER_INFO: ComponentRules = { encode: urls.encodeUserInfo };
const PORT: ComponentRules = {
  encode: (text) => (/^(?:0|[1-9]\d*)$/.test(text) && Number(text) <= 65_535 ? text : undefined),
};
const ADDRESS: ComponentRules = {
  encode: (text) => (/^[[\]:0-9a-f]*$/i.test(text) ? text.toLowerCase() : undefined),
  delimiter: ".",
};
const PATH: ComponentRules = { encode: encodePartOfPath, delimiter: "/", prefix: "/" };
const OPAQUE_PATH: ComponentRules = {
  encode: (text) => urls.encodeOpaque(urls.withoutBreaks(text).replace(/[?#][^]*$/, "")),
};
const SEARCH: ComponentRules = { encode: (text) => text };

/** What was read last: a pattern is tried with several URLs, one after the other. */
const lastRead = new Map<Dialect, { readonly text: string; readonly pattern: UrlPattern | undefined }>();

/**
 * Reads a callback URL as Pocket ID does; undefined if it isn't a URL pattern, and matches nothing.
 *
 * @param text without a fragment
 */
export function readPattern(text: string, dialect: Dialect): UrlPattern | undefined {
  const last = lastRead.get(dialect);
  if (last?.text === text) return last.pattern;
  const pattern = patternIn(inPatternSyntax(text, dialect));
  lastRead.set(dialect, { text, pattern });
  return pattern;
}

function patternIn(syntax: string): UrlPattern | undefined {
  try {
    return patternOf(syntax);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** Whether a URL without query and fragment matches. */
export function patternMatches(pattern: UrlPattern, url: urls.UrlParts): boolean {
  return Object.entries(pattern).every(([part, source]) =>
    matchesAll(readExpression(source), url[part as keyof urls.UrlParts]),
  );
}

/** Finds where the parts of a URL begin and end. Source: https://urlpattern.spec.whatwg.org, section 2.2. */
function patternOf(text: string): UrlPattern {
  const tokens = tokenize(text);
  const borders = bordersIn(tokens);
  let at = 0;
  /** The text of these tokens, which are the next ones; goes on behind them and their border. */
  const cut = (next: string, border: string): string => {
    const [start, end] = [at, at + next.length].map((index) => tokens[index]?.at ?? text.length);
    at += next.length + border.length;
    return text.slice(start, end);
  };

  const [, beforeColon, slashes = ""] = /^([^:]*):(\/\/)?/.exec(borders) ?? [];
  if (beforeColon === undefined) throw new Malformed();
  const scheme = cut(beforeColon, `:${slashes}`);
  const protocol = compile(scheme, PROTOCOL);
  const isSpecial = Object.keys(urls.SPECIAL_SCHEMES).some((one) =>
    matchesAll(readExpression(protocol), one),
  );
  const hasHost = slashes !== "" || isSpecial;

  // A part that is left out may be anything.
  let [username, password, hostname, port] = ["*", "*", "", ""];
  if (hasHost) {
    const [, name = "", colon = "", secret = "", sign] =
      /^([^:@/?]*)(?:(:)([^@/?]*))?(@)/.exec(borders.slice(at)) ?? [];
    if (sign !== undefined) {
      username = cut(name, colon || sign);
      if (colon !== "") password = cut(secret, sign);
    }
    const host = hostIn(borders.slice(at));
    const [, portColon = "", number = ""] = /^(?:(:)([^/?]*))?/.exec(borders.slice(at + host.length)) ?? [];
    hostname = cut(host, portColon);
    port = cut(number, "");
  }
  const [, path = "", question = ""] = /^([^?]*)(\??)/.exec(borders.slice(at)) ?? [];
  const pathname = cut(path, question);
  const noPath = question === "" ? "*" : isSpecial ? "/" : "";
  const search = question === "" ? "*" : text.slice(tokens[at]?.at ?? text.length).replace(/^\?/, "");
  compile(search, SEARCH);
  return {
    protocol,
    username: compile(username, USER_INFO),
    password: compile(password, USER_INFO),
    hostname: compile(hostname, hostRules(hostname, isSpecial || scheme === "*")),
    port: compile(port === urls.SPECIAL_SCHEMES[scheme] ? "" : port, PORT),
    pathname: compile(pathname === "" && hasHost ? noPath : pathname, isSpecial ? PATH : OPAQUE_PATH),
  };
}

/** A character for each token: the border of parts that it can be, or `-`. What is inside of `{}` is never a border. */
function bordersIn(tokens: readonly Token[]): string {
  let depth = 0;
  const borders = tokens.map(({ kind, text }, index) => {
    if (kind === "close" && depth > 0) depth -= 1;
    if (kind === "open") depth += 1;
    if (depth > 0) return "-";
    // A question mark is one unless it is the modifier of what comes before it.
    const before = tokens[index - 1]?.kind ?? "char";
    if (kind === "modifier" && text === "?") {
      return ["name", "regexp", "close", "asterisk"].includes(before) ? "-" : "?";
    }
    return ["char", "escaped", "invalid"].includes(kind) && /^[:/@?[\]]$/.test(text) ? text : "-";
  });
  return borders.join("");
}

/** A host up to its port: a colon in brackets belongs to an address. */
function hostIn(borders: string): string {
  let brackets = 0;
  for (const [index, border] of Array.from(borders).entries()) {
    if (border === "[") brackets += 1;
    else if (border === "]") brackets -= 1;
    else if (border === "/" || border === "?" || (border === ":" && brackets === 0))
      return borders.slice(0, index);
  }
  return borders;
}

function hostRules(hostname: string, isSpecial: boolean): ComponentRules {
  if (/^(?:\[.|\{\[|\\\[)/s.test(hostname)) return ADDRESS;
  return {
    encode: (text) => (/^[^[]*[/?#:\\]/.test(text) ? undefined : urls.hostOf(text, isSpecial, true)),
    delimiter: ".",
  };
}

/** Within a path: what follows a wildcard need not begin with a slash. */
function encodePartOfPath(text: string): string | undefined {
  if (text.startsWith("/")) return urls.encodePath(urls.withoutBreaks(text));
  const encoded = urls.encodePath(`/-${urls.withoutBreaks(text)}`);
  return encoded.length < 2 ? undefined : encoded.slice(2);
}
