import { dump } from "js-yaml";
import { type Problem, problemOf, refuse } from "../problem";
import { directiveProblems, fallbackOf } from "./directives";
import { type Directives, OCIS, type Product } from "../products";
import { shippedDirectives } from "./shipped";

/** Whether the policy begins with oCIS's default (`merge`), or has nothing that a program doesn't list (`replace`). */
export type PolicyMode = "merge" | "replace";

/**
 * How the policy differs from the one that this oCIS ships. (The guide's has `frame-ancestors 'none'`, with which browsers
 * refuse "Save as", "Open", export as PDF and password-protected folders: ownCloud Web loads oCIS in a frame for them.)
 */
export interface ContentSecurityPolicyArgs {
  /**
   * `merge` begins with the policy that the image's oCIS ships; `replace` has only what is under `replace`, and Pocket ID's
   * origin under `connect-src`. @default "merge"
   */
  mode?: PolicyMode | undefined;
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
 * @param image of oCIS, whose version has a default policy; the newest known one without a version
 * @throws SettingsError when {@link contentSecurityPolicyProblems} finds any
 */
export function contentSecurityPolicy(
  issuer: string,
  args: ContentSecurityPolicyArgs = {},
  image?: string,
  product = OCIS,
): string {
  const directives = contentSecurityPolicyDirectives(issuer, args, image, product);
  return dump({ directives }, { forceQuotes: true, lineWidth: -1, noRefs: true });
}

/**
 * The policy's directives: oCIS's, changed as asked. oCIS's order first, then by name; sources in the order written, each
 * once.
 *
 * @param issuer Pocket ID's; its origin (no path, no final slash) is always among the sources of `connect-src`
 * @throws SettingsError when {@link contentSecurityPolicyProblems} finds any
 */
export function contentSecurityPolicyDirectives(
  issuer: string,
  args: ContentSecurityPolicyArgs = {},
  image?: string,
  product: Product = OCIS,
): Record<string, string[]> {
  refuse(contentSecurityPolicyProblems(args));
  const { mode = "merge", extend = {}, replace = {} } = args;
  const { origin } = new URL(issuer);
  const shipped = shippedDirectives(product, image);
  const base: Directives = mode === "merge" ? { ...shipped, ...replace } : replace;
  const added: Directives = { ...extend, "connect-src": [origin, ...(extend["connect-src"] ?? [])] };

  const sourcesOf = (directive: string): string[] => {
    const fallback = fallbackOf(directive);
    const before = base[directive] ?? (fallback === undefined ? [] : sourcesOf(fallback));
    const all = [...new Set([...before, ...(added[directive] ?? [])])];
    return all.length > 1 ? all.filter((source) => source !== "'none'") : all;
  };
  const all = Object.keys({ ...base, ...added });
  const others = all.filter((directive) => !(directive in shipped));
  const inOrder = [...Object.keys(shipped).filter((directive) => all.includes(directive)), ...others.sort()];
  return Object.fromEntries(inOrder.map((directive) => [directive, sourcesOf(directive)]));
}

/** Everything that is wrong with the changes; an empty list when nothing is. */
export function contentSecurityPolicyProblems({
  mode = "merge",
  extend = {},
  replace = {},
}: ContentSecurityPolicyArgs): Problem[] {
  const isEmpty = mode === "replace" && Object.keys(replace).length === 0;
  const isBoth = mode === "replace" && Object.keys(extend).length > 0;
  return [
    ...problemOf("contentSecurityPolicy.replace", isEmpty ? NOTHING_LISTED : undefined),
    ...problemOf("contentSecurityPolicy.extend", isBoth ? NOTHING_TO_EXTEND : undefined),
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

const NOTHING_LISTED =
  "lists no directive, and with mode replace the policy has no other: list all that it needs";
const NOTHING_TO_EXTEND =
  "extends oCIS's default, which mode replace leaves out: write its sources under replace";
