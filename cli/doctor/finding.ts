import { CODES, type Code, type Severity } from "./codes";

/** One reason why logins fail, or may. */
export interface Finding {
  readonly severity: Severity;
  /** What kind it is; stays the same from version to version. */
  readonly code: Code;
  /** What was seen. */
  readonly what: string;
  /** Why it matters. */
  readonly why: string;
  /** The command or click that mends it. */
  readonly fix: string;
}

/** A finding of a kind, with what was seen and what mends it. */
export function finding(code: Code, what: string, fix: string): Finding {
  const { severity, why } = CODES[code];
  return { severity, code, what, why, fix };
}

/** Whether something has to be done: advice alone is fine. */
export function needsFix(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== "advice");
}
