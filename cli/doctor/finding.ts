import { CODES, type Code, type Kind, type Severity } from "./codes";

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
type CodeWithFix = { [C in Code]: (typeof CODES)[C] extends { readonly fix: string } ? C : never }[Code];

export function finding(code: CodeWithFix, what: string): Finding;
export function finding(code: Code, what: string, fix: string): Finding;
export function finding(code: Code, what: string, fix?: string): Finding {
  const kind: Kind = CODES[code];
  return { severity: kind.severity, code, what, why: kind.why, fix: fix ?? kind.fix ?? "" };
}

/** Whether any finding is more than advice. */
export function needsFix(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== "advice");
}
