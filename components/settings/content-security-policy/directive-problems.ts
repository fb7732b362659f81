import type { Problem } from "../problem";
import { didYouMean } from "../suggestion";
import { DIRECTIVES, kindOf, SANDBOX_FLAGS, type DirectiveKind } from "./grammar";
import { ancestorProblem, sourceProblem, textProblem } from "./source";

/** The rules of one kind of directive. */
interface Rule {
  /** How many values it may have. */
  count: { min: number; max: number };
  /** What is wrong with one value whose letters are all right. */
  valueProblem: (value: string) => string | undefined;
}

const RULES: Readonly<Record<DirectiveKind, Rule>> = {
  sources: { count: { min: 1, max: Infinity }, valueProblem: sourceProblem },
  ancestors: { count: { min: 1, max: Infinity }, valueProblem: ancestorProblem },
  sandbox: { count: { min: 0, max: 1 }, valueProblem: oneOf(...SANDBOX_FLAGS) },
  "trusted-types": { count: { min: 0, max: Infinity }, valueProblem: trustedTypesProblem },
  "require-trusted-types-for": { count: { min: 1, max: 1 }, valueProblem: oneOf("'script'") },
  webrtc: { count: { min: 1, max: 1 }, valueProblem: oneOf("'allow'", "'block'") },
  group: { count: { min: 1, max: 1 }, valueProblem: () => undefined },
  urls: { count: { min: 1, max: Infinity }, valueProblem: urlProblem },
  nothing: { count: { min: 0, max: 0 }, valueProblem: () => undefined },
};

/** What is wrong with a directive and the values that it is given as a whole; an empty list when nothing is. */
export function directiveProblems(field: string, directive: string, values: unknown): Problem[] {
  const kind = kindOf(directive);
  if (kind === undefined) {
    const name = directive.toLowerCase().replaceAll("_", "-");
    const message = `'${directive}' is not a directive${didYouMean(name, Object.keys(DIRECTIVES))}: browsers would ignore it`;
    return [{ field, message }];
  }
  if (!Array.isArray(values)) {
    return [{ field, message: `${JSON.stringify(values)} is not a list: write ["'self'", "data:"]` }];
  }
  const { count, valueProblem } = RULES[kind];
  const messages = [
    countProblem(values, count),
    noneProblem(values),
    ...values.map((value: unknown) => textProblem(value) ?? valueProblem(value as string)),
  ];
  return messages.flatMap((message) => (message === undefined ? [] : [{ field, message }]));
}

function countProblem(values: readonly unknown[], { min, max }: Rule["count"]): string | undefined {
  if (values.length < min)
    return `[] is an empty list, which stops oCIS: write at least one value ("'none'" allows no source)`;
  if (values.length <= max) return undefined;
  const limit = max === 0 ? "takes no values: write []" : "takes one value only";
  return `${JSON.stringify(values)} stops oCIS: the directive ${limit}`;
}

function noneProblem(values: readonly unknown[]): string | undefined {
  if (values.length < 2 || !values.includes("'none'")) return undefined;
  return `"'none'" stands beside other sources, where it means nothing: remove it, or the others`;
}

function oneOf(...allowed: string[]): Rule["valueProblem"] {
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
