import type { coloursOf } from "../output";
import { CODES, type Code, FIXES, type Severity } from "./codes";

/** One reason why logins fail, or can fail. */
export interface Finding {
  readonly severity: Severity;
  /** The kind of finding; stable from version to version. */
  readonly code: Code;
  /** What was found. */
  readonly what: string;
  /** Why it matters. */
  readonly why: string;
  /** The command or click that fixes it. */
  readonly fix: string;
}

/** The codes whose fix is always the same. */
export type CodeWithFix = keyof typeof FIXES;

const USUAL_FIXES: Readonly<Partial<Record<Code, string>>> = FIXES;

export function finding(code: CodeWithFix, what: string): Finding;
export function finding(code: Code, what: string, fix: string): Finding;
export function finding(code: Code, what: string, fix = USUAL_FIXES[code] ?? ""): Finding {
  const { severity, why } = CODES[code];
  return { severity, code, what, why, fix };
}

/** Whether any finding is more than advice. */
export function needsFix(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== "advice");
}

/** The first finding of each code. */
export function onceEach(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ code }, index) => findings.findIndex((other) => other.code === code) === index);
}

const SEVERITIES: readonly Severity[] = ["error", "warning", "advice"];

/** The findings of a stack, the worst first; those with the same code and fix are grouped. */
export function reportOf(
  stack: string,
  findings: readonly Finding[],
  { red, yellow, cyan, bold, dim }: ReturnType<typeof coloursOf>,
): string {
  const paint = { error: red, warning: yellow, advice: cyan };
  const groups = new Map<string, Finding[]>();
  for (const one of SEVERITIES.flatMap((severity) => ofSeverity(findings, severity))) {
    const key = `${one.code} ${one.fix}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const blocks = [...groups.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const { severity, code, why, fix } = first;
    const whats = [first, ...more].map(({ what }) => `  ${what}\n`).join("");
    return `\n${paint[severity](severity)} ${dim(code)}\n${whats}  ${bold("why:")} ${why}\n  ${bold("fix:")} ${fix}\n`;
  });
  return `${bold(stack)}: ${summary(findings)}\n${blocks.join("")}`;
}

/** `2 errors, 1 warning`. */
function summary(findings: readonly Finding[]): string {
  if (findings.length === 0) return "logins work, as far as this machine can check";
  return SEVERITIES.flatMap((severity) => {
    const count = ofSeverity(findings, severity).length;
    const plural = count === 1 || severity === "advice" ? severity : `${severity}s`;
    return count === 0 ? [] : [`${count} ${plural}`];
  }).join(", ");
}

const ofSeverity = (findings: readonly Finding[], severity: Severity) =>
  findings.filter((one) => one.severity === severity);
