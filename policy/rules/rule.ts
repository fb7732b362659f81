/** A resource's inputs after its provider has checked them. What isn't known before the update is left out. */
export interface Subject {
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** A JSON schema of one option, with its default. */
export interface OptionSchema<Value> {
  readonly type: Value extends boolean ? "boolean" : Value extends number ? "number" : "array";
  readonly items?: { readonly type: "string" };
  readonly exclusiveMinimum?: number;
  readonly description: string;
  readonly default: Value;
}

/** What a policy checks, without Pulumi. */
export interface Rule<Options extends object> {
  /** Never changes after a release, because configurations contain it. */
  readonly name: string;
  /** What must be so, in one sentence. */
  readonly description: string;
  readonly severity: "medium" | "high";
  readonly options: { readonly [Name in keyof Options]: OptionSchema<Options[Name]> };
  appliesTo(type: string): boolean;
  /**
   * What breaks the rule, each in one line with a fix. Policies get secrets in clear and can't tell which values are secret, so
   * no line quotes a value.
   */
  problems(subject: Subject, options: Options): string[];
}

/** A list of texts as an option. */
export const texts = (description: string, ...values: string[]): OptionSchema<readonly string[]> => ({
  type: "array",
  items: { type: "string" },
  description,
  default: values,
});

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value deep in objects; undefined if there is none. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

/** The entries of a list; none if it isn't one. */
export const entries = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
