import { z } from "zod";
import { capitalised, invalid, unreadableBody } from "./answers";

/**
 * Bodies as Pocket ID's decoder reads them: it ignores the case of keys and unknown keys, an absent or null value is the type's
 * empty value, and a value of another type makes the whole body unreadable.
 */
const field = <Type extends z.ZodType, Empty>(type: Type, empty: Empty) =>
  type.nullish().transform((value) => value ?? empty);

export const text = field(z.string(), "");
export const optionalText = field(z.string(), null);
export const flag = field(z.boolean(), false);
export const whole = field(z.int(), 0);
export const list = <Item extends z.ZodType>(item: Item) => field(z.array(item), []);

export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  return z.preprocess((body) => {
    if (typeof body !== "object" || Array.isArray(body)) return body ?? {};
    return Object.fromEntries(
      Object.entries(body ?? {}).map(([key, value]) => [names.get(key.toLowerCase()) ?? key, value]),
    );
  }, z.object(shape));
}

/**
 * What a broken rule reports.
 * @param goName the field's name in messages of v2.9. @default the capitalised name in the body, which newer versions use
 */
export const broken = (code: string, message: string, goName?: string) => ({
  message,
  params: { code, goName },
});

/** Rules for a text, in this order; only the first broken one is reported. An empty text only breaks `required`. */
interface TextRules {
  required?: boolean;
  pattern?: RegExp;
  /** Of a broken pattern. */
  code?: string;
  /** Of a broken pattern. @default "is invalid" */
  message?: string;
  min?: number;
  max?: number;
  goName?: string;
}

export function ruled(rules: TextRules, type: z.ZodType<string> = text) {
  const { required, pattern, code = "", message = "is invalid", min = 0, max = Infinity } = rules;
  return type.superRefine((value, context) => {
    const length = Array.from(value).length;
    const checks = [
      [required === true && value === "", "required", "is required"],
      [value !== "" && pattern?.test(value) === false, code, message],
      [value !== "" && length < min, "too_short", `must be at least ${min} characters long`],
      [length > max, "too_long", `must be at most ${max} characters long`],
    ] as const;
    const first = checks.find(([isBroken]) => isBroken);
    if (first) context.addIssue({ code: "custom", ...broken(first[1], first[2], rules.goName) });
  });
}

/** The only list of a body, which must be present but may be empty. */
export const requiredIds = (name: string, goName: string) =>
  object({
    [name]: field(z.array(text), null).refine(
      (ids) => ids !== null,
      broken("required", "is required", goName),
    ),
  }).transform((body) => body[name] ?? []);

/** Reads a body, or throws a problem with all broken rules, in the order of fields. */
export function read<Output>(type: z.ZodType<Output>, body: unknown): Output {
  const { success, data, error } = type.safeParse(body);
  if (success) return data;
  const failures = error.issues.map((issue) => {
    if (issue.code !== "custom") throw unreadableBody();
    const { code, goName } = issue.params as ReturnType<typeof broken>["params"];
    const [name = "", index] = issue.path.map(String);
    const field = index === undefined ? name : `${name}[${index}]`;
    return {
      field,
      code,
      message: issue.message,
      sentence: `${goName ?? capitalised(field)} ${issue.message}`,
    };
  });
  const fields = failures.map(({ field, code, message }) => ({ field, code, message }));
  const texts = fields.map(({ field, message }) => `${field} ${message}`).join(", ");
  throw invalid(fields, capitalised(texts), failures.map(({ sentence }) => sentence).join(", "));
}

/** Undefined for a text that isn't JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
