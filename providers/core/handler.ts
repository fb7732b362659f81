import type { dynamic } from "@pulumi/pulumi";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { Defaults } from "./defaults";
import { messageOf, printable } from "./message";
import { isUnknown } from "./unknown";

/** A problem with one property, found before anything is made. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/** What `problems` may know: the inputs that are known at preview, and whether the object is not in state yet. */
export interface CheckContext<Context> {
  /** True for an object that this stack would create: then the check may read from the server. */
  readonly creating: boolean;
  /** Properties that are not known yet, or not wholly. */
  readonly unknown: readonly string[];
  /** The inputs of the last update; empty when creating. */
  readonly olds: Readonly<Record<string, unknown>>;
  /** Opens the connection; throws when configuration does not name one. */
  readonly open: () => Context;
}

/** An object that was made or found, and all that is to be known of it. */
export interface Made<Outputs> {
  readonly id: string;
  readonly outputs: Outputs;
}

/**
 * What one kind of resource has to say for itself. All that the kinds have in common (unknown values, comparing,
 * errors on one line, the engine's conventions) is in {@link handlerOf}.
 */
export interface ResourceRules<Inputs extends object, Outputs extends object, Context> {
  /** Validates and normalises each property by itself: sets sorted, defaults filled in. */
  readonly inputs: z.ZodObject;
  /** Properties whose change makes a new object. The old one is deleted first: names are unique. */
  readonly replacedBy?: readonly (keyof Inputs & string)[];
  /** Properties that the server fills in where the program leaves them out; then they are not compared. */
  readonly filledIn?: readonly (keyof Inputs & string)[];
  /** Properties that steer us and are not part of the object: their change alone changes nothing. */
  readonly notCompared?: readonly (keyof Inputs & string)[];
  /** Properties with a default that programs read from outputs; other defaults are not kept in state. */
  readonly shown?: readonly (keyof Inputs & string)[];
  /** Computed from the known inputs and shown at preview already: hashes, and defaults that depend on others. */
  derive?(
    inputs: Partial<Inputs>,
    context: CheckContext<Context>,
  ): Partial<Inputs> | Promise<Partial<Inputs>>;
  /** What only several properties together, or the server, can tell. Gets known properties only. */
  problems?(inputs: Partial<Inputs>, context: CheckContext<Context>): Problem[] | Promise<Problem[]>;
  create(inputs: Inputs, context: Context): Promise<Made<Outputs>>;
  /** Undefined when the object is gone. */
  read(id: string, olds: Outputs, context: Context): Promise<Outputs | undefined>;
  update(id: string, olds: Outputs, news: Inputs, context: Context): Promise<Outputs>;
  delete(id: string, olds: Outputs, context: Context): Promise<void>;
}

/** Thrown by `create` and `update` when the object exists but is not finished: it is kept in state, and the next `up` goes on. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly outputs: object,
    cause: unknown,
  ) {
    super(messageOf(cause), { cause });
  }
}

/** Stack configuration, or an explicit provider's, by full key: `pocketid:url`. */
export type Configuration = (key: string) => string | undefined;

type Properties = Record<string, unknown>;

/** What the engine's plugin process runs for one kind of resource. The engine configures it once, for one connection. */
export interface Handler extends dynamic.ResourceProvider<Properties, Properties> {
  /** The same handler with a configuration of its own, for a process that works for several connections. */
  configured(configuration: Configuration): Handler;
  /** Inputs or outputs as state has them, with the defaults that it leaves out. */
  filled(properties: Readonly<Properties>): Properties;
}

/**
 * Makes the object that the engine's plugin process runs for one kind of resource.
 *
 * @param open makes what the rules work with (a connection) from configuration; called anew for each operation, so
 * that a key that was rotated in the environment just works.
 */
export function handlerOf<Inputs extends object, Outputs extends object, Context>(
  rules: ResourceRules<Inputs, Outputs, Context>,
  open: (configuration: Configuration) => Context,
): Handler {
  let configuration: Configuration = () => undefined;
  const context = () => open(configuration);
  const compared = Object.keys(rules.inputs.shape).filter((key) => !includes(rules.notCompared, key));
  const defaults = new Defaults(rules.inputs, rules.shown);
  const filled = (properties: Readonly<Properties>) => defaults.fillIn(withoutProvider(properties));

  return {
    configure: ({ config }) => {
      configuration = (key) => config.get(key);
      return Promise.resolve();
    },

    configured: (own) => handlerOf(rules, () => open(own)),
    filled,

    async check(olds, news) {
      const { known, unknown, failures } = parse(rules.inputs, news);
      if (failures.length > 0) return { inputs: { ...news }, failures: onOneLineEach(failures) };
      const creating = Object.keys(withoutProvider(olds)).length === 0;
      const checkContext = {
        creating,
        unknown: Object.keys(unknown),
        olds: creating ? olds : filled(olds),
        open: context,
      };
      const inputs = () => ({ ...defaults.leaveOut(known), ...unknown });
      try {
        Object.assign(known, await rules.derive?.(known as Partial<Inputs>, checkContext));
        const problems = await rules.problems?.(known as Partial<Inputs>, checkContext);
        return { inputs: inputs(), failures: onOneLineEach(problems ?? []) };
      } catch (error) {
        // A failure of no property: the engine names the resource, and prints it once.
        return { inputs: inputs(), failures: [{ property: "", reason: messageOf(error) }] };
      }
    },

    diff: (_id, before, after) => {
      const [olds, news] = [filled(before), filled(after)];
      const changed = compared.filter((key) => {
        if (news[key] === undefined && includes(rules.filledIn, key)) return false;
        return isUnknown(news[key]) || !isDeepStrictEqual(olds[key], news[key]);
      });
      const replaces = changed.filter((key) => includes(rules.replacedBy, key));
      return Promise.resolve({
        changes: changed.length > 0,
        replaces,
        deleteBeforeReplace: replaces.length > 0,
      });
    },

    create: (inputs) =>
      onOneLine(async () => {
        const made = await rules.create(filled(inputs) as Inputs, context());
        return { id: made.id, outs: defaults.leaveOutHidden(made.outputs) };
      }, inputs),

    read: (id, olds) =>
      onOneLine(async () => {
        const before = filled(olds ?? {});
        const outputs = await rules.read(id, before as Outputs, context());
        if (outputs === undefined) return { id: "", props: {} };
        const now = propertiesOf(outputs);
        // The inputs that go into state: what was managed before, as it is now. So drift shows property by property.
        const managed = Object.keys(rules.inputs.shape).filter((key) => key in before);
        const inputs = Object.fromEntries(managed.map((key) => [key, now[key]]));
        // What was changed to its default is shown as such, not as a property that is gone.
        const changed = managed.filter((key) => !isDeepStrictEqual(before[key], now[key]));
        return { id, props: defaults.leaveOutHidden(outputs), inputs: defaults.leaveOut(inputs, changed) };
      }),

    update: (id, olds, news) =>
      onOneLine(async () => {
        const outs = await rules.update(id, filled(olds) as Outputs, filled(news) as Inputs, context());
        return { outs: defaults.leaveOutHidden(outs) };
      }, news),

    delete: (id, olds) => onOneLine(() => rules.delete(id, filled(olds) as Outputs, context())),
  };
}

/** Sorts properties into known and unknown ones, and validates those that are known. */
function parse(schema: z.ZodObject, news: Properties) {
  const known: Properties = {};
  const unknown: Properties = {};
  const failures: Problem[] = [];
  for (const [property, type] of Object.entries(schema.shape)) {
    const value = news[property];
    if (isUnknown(value)) {
      unknown[property] = value;
      continue;
    }
    const result = (type as z.ZodType).safeParse(value);
    if (!result.success) {
      for (const issue of result.error.issues) {
        failures.push({ property: [property, ...issue.path].join("."), reason: issue.message });
      }
    } else if (result.data !== undefined) known[property] = result.data;
  }
  for (const property of Object.keys(withoutProvider(news))) {
    if (!(property in schema.shape))
      failures.push({ property, reason: "is not an argument of this resource" });
  }
  return { known, unknown, failures };
}

function onOneLineEach(problems: readonly Problem[]): Problem[] {
  return problems.map(({ property, reason }) => ({ property, reason: printable(reason) }));
}

function includes(names: readonly string[] | undefined, name: string): boolean {
  return names?.includes(name) ?? false;
}

function propertiesOf(outputs: object): Properties {
  return Object.assign<Properties, object>({}, outputs);
}

function withoutProvider(properties: Readonly<Properties>): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => key !== "__provider"));
}

/**
 * Runs an operation so that whatever it throws reaches the user as one clean message. The engine prints name and stack of
 * errors from check, read and delete; a partial failure must carry `__provider`, or refresh and destroy could not run.
 */
async function onOneLine<T>(operation: () => Promise<T>, inputs: Properties = {}): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const message = messageOf(error) + adviceOf(error);
    const clean = Object.assign(new Error(message), { stack: message, toString: () => "pocketid" });
    if (!(error instanceof PartialFailure)) throw clean;
    throw Object.assign(clean, {
      id: error.id,
      properties: { ...error.outputs, __provider: inputs["__provider"] },
      reasons: [message],
    });
  }
}

/** What an error has to say of the way on, or the one that it stands for. */
function adviceOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("advice" in error && typeof error.advice === "string") return `. ${error.advice}`;
  return error instanceof PartialFailure ? adviceOf(error.cause) : "";
}
