import {
  contentSecurityPolicyDirectives,
  contentSecurityPolicyProblems,
  type Directives,
} from "@ocis-pocket-id/components";
import { load } from "js-yaml";
import { isMap } from "./compose-files";
import type { Part } from "./setup";

/**
 * Compares a csp.yaml with ours: sources of theirs become `extend`, and a directive that allows less than ours becomes
 * `replace`.
 *
 * @param variables oCIS's environment, which csp.yaml can use: `${COLLABORA_DOMAIN|collabora.company.com}`
 * @param issuer Pocket ID's
 * @param image of oCIS, whose own policy ours begins with
 */
export function importPolicy(
  text: string,
  variables: Readonly<Record<string, string>>,
  issuer: string,
  image?: string,
): Part {
  const theirs = directivesIn(text, variables);
  if (theirs === undefined)
    return { byHand: ["csp.yaml isn't valid, and isn't imported: see contentSecurityPolicy"] };
  const ours = contentSecurityPolicyDirectives(issuer, {}, image);
  const extend: Record<string, string[]> = {};
  const replace: Record<string, string[]> = {};
  const differences: string[] = [];
  const changes: string[] = [];
  const byHand: string[] = [];
  const isIssuer = (source: string) => source.replace(/\/$/, "") === new URL(issuer).origin;
  if (!(theirs["connect-src"] ?? []).some(isIssuer)) {
    differences.push(
      `csp.yaml doesn't allow ${issuer} under connect-src, so browsers can't log in: it's added`,
    );
  }
  for (const [directive, sources] of Object.entries(theirs)) {
    const our = ours[directive] ?? [];
    const known = sources.filter((source) => {
      const [problem] = contentSecurityPolicyProblems({ replace: { [directive]: [source] } });
      if (problem !== undefined) byHand.push(`csp.yaml: ${directive} isn't imported: ${problem.message}`);
      return problem === undefined && !isIssuer(source);
    });
    if (directive === "frame-ancestors" && known.join() === "'none'") {
      changes.push(
        "frame-ancestors 'none' becomes 'self', as oCIS itself ships it: with 'none', browsers refuse \"Save as\" and PDF export",
      );
      continue;
    }
    const more = known.filter((source) => !our.includes(source));
    const lacks = our.some((source) => !sources.includes(source) && !isIssuer(source) && source !== "'none'");
    if (known.length > 0 && (lacks || more.includes("'none'"))) replace[directive] = known;
    else if (more.length > 0) extend[directive] = more;
  }
  const changed = [...Object.keys(extend), ...Object.keys(replace)];
  return {
    ...(changed.length > 0 && {
      config: {
        contentSecurityPolicy: {
          ...(Object.keys(extend).length > 0 && { extend }),
          ...(Object.keys(replace).length > 0 && { replace }),
        },
      },
    }),
    ...{ differences, changes, byHand },
  };
}

/** The directives of a csp.yaml with its variables filled in; undefined if it has none. */
function directivesIn(text: string, variables: Readonly<Record<string, string>>): Directives | undefined {
  const filled = text.replace(
    /\$\{\s*(\w+)\s*(?:\|([^}]*))?\}/g,
    (_whole, name: string, otherwise: string | undefined) => variables[name] || (otherwise ?? "").trim(),
  );
  try {
    const document = load(filled);
    if (!isMap(document) || !isMap(document["directives"])) return undefined;
    const lists = Object.entries(document["directives"]).map(([directive, sources]) => [
      directive,
      [...new Set((Array.isArray(sources) ? (sources as unknown[]) : []).map(String))],
    ]);
    return Object.fromEntries(lists) as Directives;
  } catch {
    return undefined;
  }
}
