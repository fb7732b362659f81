import { dump } from "js-yaml";
import { type Problem, refuse } from "../problem";
import { directiveProblems, fallbackOf } from "./directives";

/**
 * The guide's directives in the guide's order, but for two things: Pocket ID is added to `connect-src` by its issuer's
 * origin, and `frame-ancestors` is `'self'`, as oCIS ships it. With the guide's `'none'` browsers refuse "Save as", "Open",
 * export as PDF and password-protected folders, for which ownCloud Web loads oCIS in a frame.
 *
 * @see the guide's csp.yaml, which is that of oCIS's example ocis_keycloak
 */
export const DEFAULT_DIRECTIVES: Readonly<Record<string, readonly string[]>> = {
  "child-src": ["'self'"],
  "connect-src": ["'self'", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/"],
  "default-src": ["'none'"],
  "font-src": ["'self'"],
  "frame-ancestors": ["'self'"],
  "frame-src": ["'self'", "blob:", "https://embed.diagrams.net/"],
  "img-src": ["'self'", "data:", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/"],
  "manifest-src": ["'self'"],
  "media-src": ["'self'"],
  "object-src": ["'self'", "blob:"],
  "script-src": ["'self'", "'unsafe-inline'"],
  "style-src": ["'self'", "'unsafe-inline'"],
};

/** Directives of a content security policy, each with its sources: `{ "img-src": ["'self'", "data:"] }`. */
export type Directives = Readonly<Record<string, readonly string[]>>;

/** How the policy differs from the guide's. */
export interface ContentSecurityPolicyArgs {
  /**
   * Sources to be added. Nothing that was allowed before gets forbidden: a directive that the policy lacks begins with the
   * sources that browsers take in its place, and `'none'` goes.
   * @example { "frame-src": ["https://office.company.com"] }
   */
  extend?: Directives | undefined;
  /**
   * Sources to take the place of a directive's own. Pocket ID's origin stays under `connect-src` all the same.
   * @example { "frame-src": ["'self'", "blob:"] } // without draw.io
   */
  replace?: Directives | undefined;
}

/**
 * The text of csp.yaml, as oCIS reads it (its services/proxy/pkg/middleware/security.go).
 *
 * @param issuer Pocket ID's; the browser may speak to its origin
 * @throws SettingsError when {@link contentSecurityPolicyProblems} finds any
 */
export function contentSecurityPolicy(issuer: string, args: ContentSecurityPolicyArgs = {}): string {
  const directives = contentSecurityPolicyDirectives(issuer, args);
  return dump({ directives }, { forceQuotes: true, lineWidth: -1, noRefs: true });
}

/**
 * The policy's directives: the guide's, changed as asked. The guide's order first, then by name; sources in the order
 * written, each once.
 *
 * @param issuer Pocket ID's; its origin (no path, no final slash) is always among the sources of `connect-src`
 * @throws SettingsError when {@link contentSecurityPolicyProblems} finds any
 */
export function contentSecurityPolicyDirectives(
  issuer: string,
  args: ContentSecurityPolicyArgs = {},
): Record<string, string[]> {
  refuse(contentSecurityPolicyProblems(args));
  const { extend = {}, replace = {} } = args;
  const { origin } = new URL(issuer);
  const base: Directives = { ...DEFAULT_DIRECTIVES, ...replace };
  const added: Directives = { ...extend, "connect-src": [origin, ...(extend["connect-src"] ?? [])] };

  const sourcesOf = (directive: string): string[] => {
    const fallback = fallbackOf(directive);
    const before = base[directive] ?? (fallback === undefined ? [] : sourcesOf(fallback));
    const all = [...new Set([...before, ...(added[directive] ?? [])])];
    return all.length > 1 ? all.filter((source) => source !== "'none'") : all;
  };
  const others = Object.keys({ ...base, ...added }).filter((directive) => !(directive in DEFAULT_DIRECTIVES));
  const inOrder = [...Object.keys(DEFAULT_DIRECTIVES), ...others.sort()];
  return Object.fromEntries(inOrder.map((directive) => [directive, sourcesOf(directive)]));
}

/** Everything that is wrong with the changes; an empty list when nothing is. */
export function contentSecurityPolicyProblems({
  extend = {},
  replace = {},
}: ContentSecurityPolicyArgs): Problem[] {
  return [
    ...Object.entries(extend).flatMap(([directive, sources]) => {
      const field = `contentSecurityPolicy.extend.${directive}`;
      const problems = directiveProblems(field, directive, sources);
      if (problems.length > 0) return problems;
      if (Object.hasOwn(replace, directive)) {
        return [{ field, message: `'${directive}' is under replace too: write all its sources there` }];
      }
      return sources.includes("'none'")
        ? [{ field, message: `"'none'" can't be added to what is allowed: write it under replace` }]
        : [];
    }),
    ...Object.entries(replace).flatMap(([directive, sources]) =>
      directiveProblems(`contentSecurityPolicy.replace.${directive}`, directive, sources),
    ),
  ];
}
