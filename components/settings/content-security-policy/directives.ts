import { didYouMean, type Problem, problemOf } from "../problem";
import { ancestorProblem, sourceProblem, textProblem } from "./sources";

/** What a directive takes; oCIS checks it when it starts. */
interface Rule {
  /** How many values it may have. */
  readonly min: number;
  readonly max: number;
  /** What is wrong with one value whose letters are all right. */
  readonly valueProblem?: (value: string) => string | undefined;
}

/** Sources like `'self'`, `data:` or `https://company.com`. */
const SOURCES: Rule = { min: 1, max: Infinity, valueProblem: sourceProblem };

/** What `sandbox` may allow; oCIS takes one of them. */
const SANDBOX_FLAGS: readonly string[] = [
  "allow-downloads",
  "allow-downloads-without-user-activation",
  "allow-forms",
  "allow-modals",
  "allow-orientation-lock",
  "allow-pointer-lock",
  "allow-popups",
  "allow-popups-to-escape-sandbox",
  "allow-presentation",
  "allow-same-origin",
  "allow-scripts",
  "allow-storage-access-by-user-activation",
  "allow-top-navigation",
  "allow-top-navigation-by-user-activation",
  "allow-top-navigation-to-custom-protocols",
];

/**
 * The directives of Content Security Policy Level 3 and its companion specifications that oCIS can send. Missing on
 * purpose are the withdrawn ones (`block-all-mixed-content`, `navigate-to`, `plugin-types`, `prefetch-src`, `referrer`).
 *
 * @see https://www.w3.org/TR/CSP3/#csp-directives and the `cspbuilder` of github.com/DeepDiver1975/secure, which oCIS uses
 */
const DIRECTIVES: Readonly<Record<string, Rule>> = {
  "base-uri": SOURCES,
  "child-src": SOURCES,
  "connect-src": SOURCES,
  "default-src": SOURCES,
  "fenced-frame-src": SOURCES,
  "font-src": SOURCES,
  "form-action": SOURCES,
  "frame-ancestors": { min: 1, max: Infinity, valueProblem: ancestorProblem },
  "frame-src": SOURCES,
  "img-src": SOURCES,
  "manifest-src": SOURCES,
  "media-src": SOURCES,
  "object-src": SOURCES,
  "report-to": { min: 1, max: 1 },
  "report-uri": { min: 1, max: Infinity, valueProblem: urlProblem },
  "require-trusted-types-for": { min: 1, max: 1, valueProblem: oneOf("'script'") },
  sandbox: { min: 0, max: 1, valueProblem: oneOf(...SANDBOX_FLAGS) },
  "script-src": SOURCES,
  "script-src-attr": SOURCES,
  "script-src-elem": SOURCES,
  "style-src": SOURCES,
  "style-src-attr": SOURCES,
  "style-src-elem": SOURCES,
  "trusted-types": { min: 0, max: Infinity, valueProblem: trustedTypesProblem },
  "upgrade-insecure-requests": { min: 0, max: 0 },
  webrtc: { min: 1, max: 1, valueProblem: oneOf("'allow'", "'block'") },
  "worker-src": SOURCES,
};

/** Which directive a browser consults when this one is missing. Those of `default-src` are left out of the table. */
const FALLBACKS = new Map([
  ["fenced-frame-src", "frame-src"],
  ["frame-src", "child-src"],
  ["worker-src", "child-src"],
]);

/** The directive that a browser consults when this one is missing; undefined for those that nothing stands in for. */
export function fallbackOf(directive: string): string | undefined {
  if (directive === "default-src" || !/-src(-|$)/.test(directive)) return undefined;
  const general = directive.replace(/-(attr|elem)$/, "");
  return general === directive ? (FALLBACKS.get(directive) ?? "default-src") : general;
}

/** What is wrong with a directive and the values that it is given as a whole; an empty list when nothing is. */
export function directiveProblems(field: string, directive: string, values: unknown): Problem[] {
  const rule = Object.hasOwn(DIRECTIVES, directive) ? DIRECTIVES[directive] : undefined;
  if (rule === undefined) {
    const name = directive.toLowerCase().replaceAll("_", "-");
    const message = `'${directive}' is not a directive${didYouMean(name, Object.keys(DIRECTIVES))}: browsers would ignore it`;
    return [{ field, message }];
  }
  if (!Array.isArray(values)) {
    return [{ field, message: `${JSON.stringify(values)} is not a list: write ["'self'", "data:"]` }];
  }
  const hasNoneBesideOthers = values.length > 1 && values.includes("'none'");
  const messages = [
    countProblem(values, rule),
    hasNoneBesideOthers
      ? `"'none'" means nothing next to other sources: remove it, or the others`
      : undefined,
    ...values.map((value: unknown) => textProblem(value) ?? rule.valueProblem?.(value as string)),
  ];
  return messages.flatMap((message) => problemOf(field, message));
}

function countProblem(values: readonly unknown[], { min, max }: Rule): string | undefined {
  if (values.length < min)
    return `[] is an empty list, which stops oCIS: write at least one value ("'none'" allows no source)`;
  if (values.length <= max) return undefined;
  const limit = max === 0 ? "takes no values: write []" : "takes one value only";
  return `${JSON.stringify(values)} stops oCIS: the directive ${limit}`;
}

function oneOf(...allowed: string[]): (value: string) => string | undefined {
  return (value) =>
    allowed.includes(value)
      ? undefined
      : `"${value}" stops oCIS or means nothing here${didYouMean(value, allowed)}: write ${allowed.map((word) => `"${word}"`).join(" or ")}`;
}

function trustedTypesProblem(value: string): string | undefined {
  if (["'none'", "'allow-duplicates'", "*"].includes(value) || /^[\w#=/@.%-]+$/.test(value)) return undefined;
  return `"${value}" is not the name of a policy and stops oCIS: write letters, digits and -#=_/@.% only`;
}

function urlProblem(value: string): string | undefined {
  if (/^(https?:\/\/|\/)[^'\\]*$/i.test(value)) return undefined;
  return `'${value}' is not a URL to report to: write one like 'https://company.com/csp-reports'`;
}
