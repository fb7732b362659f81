import { compile, type ComponentRules } from "./component";
import { type Dialect, inPatternSyntax } from "./dialect";
import { encodeOpaque, encodePath, encodeUserInfo, withoutBreaks } from "./encoding";
import type { Expression } from "./expression";
import { hostOf, readUrl, SPECIAL_SCHEMES, type UrlParts } from "./url";
import { partsOf } from "./parts";

/** A URL pattern: an expression for each part of a URL. */
export type UrlPattern = Readonly<Record<keyof UrlParts, Expression>>;

const PROTOCOL: ComponentRules = { encode: (text) => readUrl(`${text}://dummy.test`)?.protocol };
const USER_INFO: ComponentRules = { encode: encodeUserInfo };
const PORT: ComponentRules = {
  encode: (text) => (/^(?:0|[1-9]\d*)$/.test(text) && Number(text) <= 65_535 ? text : undefined),
};
const ADDRESS: ComponentRules = {
  encode: (text) => (/^[[\]:0-9a-f]*$/i.test(text) ? text.toLowerCase() : undefined),
  delimiter: ".",
};
const PATH: ComponentRules = { encode: encodePartOfPath, delimiter: "/", prefix: "/" };
const OPAQUE_PATH: ComponentRules = {
  encode: (text) => encodeOpaque(withoutBreaks(text).replace(/[?#][^]*$/, "")),
};
const SEARCH: ComponentRules = { encode: (text) => text };

/**
 * Reads a callback URL as Pocket ID does; undefined if it isn't a URL pattern, and matches nothing.
 *
 * @param text without a fragment
 */
export function readPattern(text: string, dialect: Dialect): UrlPattern | undefined {
  const parts = partsOf(inPatternSyntax(text, dialect), (scheme) => {
    const expression = compile(scheme, PROTOCOL);
    return expression && matchesSpecialScheme(expression);
  });
  if (parts === undefined) return undefined;
  const protocol = compile(parts.protocol, PROTOCOL);
  if (protocol === undefined) return undefined;
  const isSpecial = matchesSpecialScheme(protocol);
  const isDefaultPort = parts.port === SPECIAL_SCHEMES[parts.protocol];
  const rest = {
    username: compile(parts.username, USER_INFO),
    password: compile(parts.password, USER_INFO),
    hostname: compile(parts.hostname, hostRules(parts.hostname, isSpecial || parts.protocol === "*")),
    port: compile(isDefaultPort ? "" : parts.port, PORT),
    pathname: compile(parts.pathname, isSpecial ? PATH : OPAQUE_PATH),
  };
  if (compile(parts.search, SEARCH) === undefined) return undefined;
  const { username, password, hostname, port, pathname } = rest;
  if (!username || !password || !hostname || !port || !pathname) return undefined;
  return { protocol, username, password, hostname, port, pathname };
}

/** What a pattern matches, as text that can be compared. */
export const sourceOf = (pattern: UrlPattern): string =>
  JSON.stringify(Object.values(pattern).map(({ source }) => source));

/** Whether a URL without query and fragment matches. */
export function patternMatches(pattern: UrlPattern, url: UrlParts): boolean {
  return (Object.keys(pattern) as (keyof UrlParts)[]).every((part) => pattern[part].matches(url[part]));
}

const matchesSpecialScheme = (expression: Expression): boolean =>
  Object.keys(SPECIAL_SCHEMES).some((scheme) => expression.matches(scheme));

function hostRules(hostname: string, isSpecial: boolean): ComponentRules {
  if (/^(?:\[.|\{\[|\\\[)/s.test(hostname)) return ADDRESS;
  return {
    encode: (text) => (/^[^[]*[/?#:\\]/.test(text) ? undefined : hostOf(text, isSpecial, true)),
    delimiter: ".",
  };
}

/** Within a path: what follows a wildcard need not begin with a slash. */
function encodePartOfPath(text: string): string | undefined {
  if (text.startsWith("/")) return encodePath(withoutBreaks(text));
  const encoded = encodePath(`/-${withoutBreaks(text)}`);
  return encoded.length < 2 ? undefined : encoded.slice(2);
}
