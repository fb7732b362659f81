import { type FieldError, Problem } from "./errors";

interface Failure extends FieldError {
  /** The sentence of v2.9, which has the server's own field name. */
  sentence: string;
}

/** Which rules a text must keep; the first one broken is the one reported. */
export interface TextRules {
  required?: boolean;
  /** A rule of its own, checked after `required` and before the lengths. */
  test?: { holds: (value: string) => boolean; code: string; message: string };
  min?: number;
  max?: number;
}

/** Collects what is wrong with a body, then refuses it in one answer. Fields are reported in the order of the checks. */
export class Validation {
  private readonly failures: Failure[] = [];

  /** @param goName the field as v2.9 calls it; @param jsonName the same as the body and v2.13+ call it */
  text(goName: string, jsonName: string, value: string, rules: TextRules): this {
    const length = Array.from(value).length;
    if (rules.required === true && value === "")
      return this.fail(goName, jsonName, "required", "is required");
    if (rules.test && !rules.test.holds(value)) {
      return this.fail(goName, jsonName, rules.test.code, rules.test.message);
    }
    if (rules.min !== undefined && length < rules.min) {
      return this.fail(goName, jsonName, "too_short", `must be at least ${rules.min} characters long`);
    }
    if (rules.max !== undefined && length > rules.max) {
      return this.fail(goName, jsonName, "too_long", `must be at most ${rules.max} characters long`);
    }
    return this;
  }

  fail(goName: string, jsonName: string, code: string, message: string): this {
    this.failures.push({ field: jsonName, code, message, sentence: `${goName} ${message}` });
    return this;
  }

  /** Refuses the body when anything was wrong with it. */
  done(): void {
    const [first] = this.failures;
    if (!first) return;
    const old = this.failures.map((failure) => failure.sentence).join(", ");
    const recent = this.failures.map(({ field, message }) => `${field} ${message}`).join(", ");
    throw new Problem(
      { status: 400, text: old },
      {
        status: 400,
        text: recent.slice(0, 1).toUpperCase() + recent.slice(1),
        code: "validation_failed",
        details: { fields: this.failures.map(({ field, code, message }) => ({ field, code, message })) },
      },
    );
  }
}

/** A list that must be sent, though it may be empty. */
export function requiredList(goName: string, jsonName: string, value: string[] | null): string[] {
  if (value === null) new Validation().fail(goName, jsonName, "required", "is required").done();
  return value ?? [];
}
