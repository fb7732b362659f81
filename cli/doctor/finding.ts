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
  readonly mend: string;
}

/** A finding of a kind, with what was seen and what mends it. */
export function finding(code: Code, what: string, mend: string): Finding {
  const { severity, why } = CODES[code];
  return { severity, code, what, why, mend };
}

/** Whether something has to be done: advice alone is fine. */
export function needsMending(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity !== "advice");
}
