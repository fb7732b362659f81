import { type FieldError, Problem } from "./errors";
import { Fields } from "./fields";

interface Failure extends FieldError {
  /** The message of v2.9, which uses the server's own field name. */
  sentence: string;
}

/** Rules for a text, in this order; only the first broken one is reported. */
export interface TextRules {
  required?: boolean;
  pattern?: RegExp;
  /** Of a broken pattern. */
  code?: string;
  /** Of a broken pattern. @default "is invalid" */
  message?: string;
  min?: number;
  max?: number;
}

/** Collects all problems of a body and refuses it in one answer, in the order of the checks. */
export class Validation {
  private readonly failures: Failure[] = [];

  /** @param goName the field's name in messages of v2.9; @param jsonName its name in the body and in messages since v2.13 */
  text(goName: string, jsonName: string, value: string, rules: TextRules): this {
    const length = Array.from(value).length;
    if (rules.required === true && value === "")
      return this.fail(goName, jsonName, "required", "is required");
    if (rules.pattern?.test(value) === false) {
      return this.fail(goName, jsonName, rules.code ?? "invalid_format", rules.message ?? "is invalid");
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

  /** Throws if there were problems. */
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

/** A list in a body that must be present, but may be empty. */
export function requiredList(goName: string, jsonName: string, body: unknown): string[] {
  const value = new Fields(body).texts(jsonName);
  if (value === null) new Validation().fail(goName, jsonName, "required", "is required").done();
  return value ?? [];
}
