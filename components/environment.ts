import * as pulumi from "@pulumi/pulumi";
import { afterCheck, type Inputs, resolved } from "./inputs";
import { type EnvironmentArgs, environmentProblems, ocisEnvironment, refuse } from "./settings";

/** Environment variables by name. */
export type Variables = Record<string, string>;

/** The environment of oCIS: what may be read by all, and what is secret. A variable is in one of them. */
export interface SplitEnvironment {
  readonly open: pulumi.Output<Variables>;
  /** Empty, and no secret, when no variable is. */
  readonly secret: pulumi.Output<Variables>;
  /** Both; a secret if any variable is. */
  readonly all: pulumi.Output<Variables>;
}

type Given = pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | undefined;

/** The environment of oCIS for args that may be outputs or secrets; each secret variable stays one, the others don't become it. */
export function splitEnvironment(args: Inputs<EnvironmentArgs>): SplitEnvironment {
  const { extraEnvironment, overrideEnvironment, ...managed } = args;
  const check = resolved(args, (known) => {
    refuse(environmentProblems(known));
    return true;
  });
  const parts = Promise.all([
    bySecrecy(resolved(managed, (known) => ocisEnvironment(known))),
    bySecrecy(extraEnvironment as Given),
    bySecrecy(overrideEnvironment as Given),
  ]).then(([ours, extra, override]) => {
    // Names are no secrets, only values are.
    const namesOf = (part: pulumi.Output<Variables>) =>
      pulumi.unsecret(part).apply((known) => Object.keys(known));
    const open = merged([ours.open, extra.open, override.open], namesOf(override.secret));
    const secret = merged([ours.secret, extra.secret, override.secret], namesOf(override.open));
    return { open, secret, all: merged([open, secret]) };
  });
  const part = (name: keyof SplitEnvironment) =>
    afterCheck(pulumi.output(parts.then((all) => all[name])), check);
  return { open: part("open"), secret: part("secret"), all: part("all") };
}

/** Later parts win; sorted by name. */
function merged(
  parts: readonly pulumi.Output<Variables>[],
  without: pulumi.Output<string[]> = pulumi.output<string[]>([]),
): pulumi.Output<Variables> {
  return pulumi.all([pulumi.all([...parts]), without]).apply(([known, names]) => {
    const all = known.flatMap((variables) => Object.entries(variables));
    return Object.fromEntries<string>(
      all.filter(([name]) => !names.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  });
}

async function bySecrecy(given: Given): Promise<Pick<SplitEnvironment, "open" | "secret">> {
  const isSecret = (value: pulumi.Input<unknown>) => pulumi.isSecret(pulumi.output(value));
  if (given === undefined || pulumi.Output.isInstance(given) || given instanceof Promise) {
    const whole = pulumi.output(given ?? {}) as pulumi.Output<Variables>;
    const nothing = pulumi.output<Variables>({});
    return (await isSecret(whole)) ? { open: nothing, secret: whole } : { open: whole, secret: nothing };
  }
  const open: Record<string, pulumi.Input<string>> = {};
  const secret: Record<string, pulumi.Input<string>> = {};
  for (const [name, value] of Object.entries(given)) ((await isSecret(value)) ? secret : open)[name] = value;
  return { open: pulumi.output(open), secret: pulumi.output(secret) };
}
