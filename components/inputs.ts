import { ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { SettingsError } from "./settings";

/** The same settings, as a program passes them: each value may come from a resource, another stack, or a secret. */
export type Inputs<T> = { [K in keyof T]: DeepInput<T[K]> };

type DeepInput<T> = [T] extends [string | number | boolean | undefined]
  ? pulumi.Input<NonNullable<T>> | Extract<T, undefined>
  : T extends undefined
    ? undefined
    : T extends readonly (infer E)[]
      ? pulumi.Input<readonly DeepInput<E>[]>
      : pulumi.Input<{ [K in keyof T]: DeepInput<T[K]> }>;

/**
 * Computes settings from args as soon as they are known. Problems found only then are program errors; those of a secret don't
 * contain its value.
 */
export function resolved<T, R>(args: T, compute: (known: pulumi.Unwrap<T>) => R): pulumi.Output<R> {
  const known = pulumi.output(args);
  return known.apply<R>(async (values) => {
    try {
      return compute(values);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      const hidden = error.problems.map(
        ({ field }) =>
          `${field}: is not valid (it is a secret, so its value is not shown): see docs/configuration.md`,
      );
      throw new ProgramError((await pulumi.isSecret(known)) ? hidden.join("\n") : error.message);
    }
  });
}

/**
 * Checks an argument as soon as it is known.
 *
 * @param problem what is wrong with the value, with and without quoting it; undefined if nothing is
 */
export function checkedArgument<T>(
  value: pulumi.Input<T>,
  problem: (known: pulumi.Unwrap<T>) => { readonly open: string; readonly secret: string } | undefined,
): pulumi.Output<pulumi.Unwrap<T>> {
  const output = pulumi.output(value);
  return output.apply<pulumi.Unwrap<T>>(async (known) => {
    const found = problem(known);
    if (found === undefined) return known;
    throw new ProgramError((await pulumi.isSecret(output)) ? found.secret : found.open);
  });
}

/** A value that arrives only when a check of others has passed, and is a secret only if it is one itself. */
export function afterCheck<T>(value: pulumi.Input<T>, check: pulumi.Output<unknown>): pulumi.Output<T> {
  return pulumi.output(value).apply((known) => pulumi.unsecret(check).apply(() => known)) as pulumi.Output<T>;
}

/** The values that are secrets, and the others, by name. */
export async function bySecrecy<T>(values: Readonly<Record<string, pulumi.Input<T>>>) {
  const open: Record<string, pulumi.Input<T>> = {};
  const secret: Record<string, pulumi.Input<T>> = {};
  for (const [name, value] of Object.entries(values)) {
    ((await pulumi.isSecret(pulumi.output(value))) ? secret : open)[name] = value;
  }
  const known = (part: typeof open) => pulumi.output(part) as pulumi.Output<Record<string, T>>;
  return { open: known(open), secret: known(secret) };
}

/**
 * A component's options for Pulumi, which looks for a provider under its package: `pulumi-nodejs` for dynamic resources.
 * People who write `providers: { pocketId }` needn't know that.
 */
export function componentOpts(opts: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions {
  return { ...opts, ...defined({ providers: opts.providers && Object.values(opts.providers) }) };
}

/** Its children's options. Pulumi doesn't hand `retainOnDelete` down by itself. */
export function childOpts(
  parent: pulumi.Resource,
  { retainOnDelete }: pulumi.ComponentResourceOptions,
): pulumi.CustomResourceOptions {
  return { parent, ...defined({ retainOnDelete }) };
}

/** The properties that have a value. */
export function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
