import type { dynamic } from "@pulumi/pulumi";
import { isDeepStrictEqual } from "node:util";
import { type Contract, defaultsOf, isUnknown, parse, withoutDefaults, withoutProvider } from "./contract";
import { type Declaration, type Fields, withSameAs } from "./declare";
import { hidden, hiding, messageOf, onOneLine, onOneLineEach, type Problem, secretsOf } from "./message";

/** What a check can use besides the inputs that are known at preview. */
export interface CheckContext<Context> {
  /** True for an object that this stack would create: then the check may read from the server. */
  readonly creating: boolean;
  /** Properties that are not known yet, or not wholly. */
  readonly unknown: readonly string[];
  /** The inputs of the last update; empty when creating. */
  readonly olds: Readonly<Fields>;
  /** Opens the connection; throws if none is configured. */
  readonly open: () => Context;
}

/** What is specific to one kind of resource: how to find, create, write and delete an object. */
export interface Operations<Inputs extends object, Outputs extends object, Context> {
  /** Computed from the known inputs and shown at preview: hashes, and defaults that depend on others. */
  derive?(
    inputs: Partial<Inputs>,
    context: CheckContext<Context>,
  ): Partial<Inputs> | Promise<Partial<Inputs>>;
  /** Problems that only several properties together, or the server, can show. Gets known properties only. */
  problems?(inputs: Partial<Inputs>, context: CheckContext<Context>): Problem[] | Promise<Problem[]>;
  /** Creates an object, or finds it. */
  create(inputs: Inputs, context: Context): Promise<{ readonly id: string; readonly outputs: Outputs }>;
  /** Undefined when the object is gone. */
  read(id: string, olds: Outputs, context: Context): Promise<Outputs | undefined>;
  update(id: string, olds: Outputs, news: Inputs, context: Context): Promise<Outputs>;
  delete(id: string, olds: Outputs, context: Context): Promise<void>;
}

/** All of a kind of resource. What the kinds have in common (unknown values, comparing, the engine's conventions) is below. */
export interface ResourceRules<Inputs extends object, Outputs extends object, Context>
  extends Contract<keyof Inputs & string>, Operations<Inputs, Outputs, Context> {}

/** Stack configuration, or an explicit provider's, by full key: `pocketid:url`. */
export type Configuration = (key: string) => string | undefined;

/** What the engine's plugin process runs for one kind of resource. The engine configures it once, for one connection. */
export interface Handler extends dynamic.ResourceProvider<Fields, Fields> {
  /** The same handler with a configuration of its own, for a process that works for several connections. */
  configured(configuration: Configuration): Handler;
  /** Inputs or outputs as state has them, with the defaults that it leaves out. */
  filled(properties: Readonly<Fields>): Fields;
  /** The resource's declaration, if it has one. */
  readonly declaration: Declaration | undefined;
}

/**
 * Makes the object that the engine's plugin process runs for one kind of resource.
 *
 * @param open makes what the rules work with (a connection) from configuration; called for each operation, so that a key
 * rotated in the environment works at once.
 */
export function handlerOf<Inputs extends object, Outputs extends object, Context>(
  rules: Contract & Operations<Inputs, Outputs, Context>,
  open: (configuration: Configuration) => Context,
): Handler {
  const { declaration, replacedBy = [], filledIn = [], notCompared = [], shown = [] } = rules;
  const names = Object.keys(rules.inputs.shape);
  const defaults = defaultsOf(rules.inputs);
  const filled = (properties: Readonly<Fields>) => ({ ...defaults, ...withoutProvider(properties) });
  /** Outputs as they go into state. */
  const kept = (outputs: object, inputs: Fields) => ({
    ...withoutDefaults(outputs, defaults, shown),
    ...secretsOf(inputs),
  });
  let configuration: Configuration = () => undefined;
  const context = () => open(configuration);

  return {
    configure: ({ config }) => {
      configuration = (key) => config.get(key);
      return Promise.resolve();
    },

    configured: (own) => handlerOf(rules, () => open(own)),
    filled,
    declaration,

    check: (olds, given) =>
      hiding(given, olds, async () => {
        const news = withSameAs(declaration?.properties ?? {}, given);
        const { known, unknown, failures } = parse(rules.inputs, news);
        if (failures.length > 0) return { inputs: { ...news }, failures: onOneLineEach(failures) };
        const creating = Object.keys(withoutProvider(olds)).length === 0;
        const before = creating ? olds : filled(olds);
        const checkContext = { creating, unknown: Object.keys(unknown), olds: before, open: context };
        const inputs = () => ({ ...withoutDefaults(known, defaults), ...unknown, ...secretsOf(given) });
        try {
          Object.assign(known, await rules.derive?.(known as Partial<Inputs>, checkContext));
          const problems = await rules.problems?.(known as Partial<Inputs>, checkContext);
          return { inputs: inputs(), failures: onOneLineEach(problems ?? []) };
        } catch (error) {
          // A failure of no property: the engine names the resource, and prints it once.
          return { inputs: inputs(), failures: [{ property: "", reason: hidden(messageOf(error)) }] };
        }
      }),

    diff: (_id, before, after) => {
      const [olds, news] = [filled(before), filled(after)];
      const changed = names.filter((key) => {
        if (notCompared.includes(key) || (news[key] === undefined && filledIn.includes(key))) return false;
        return isUnknown(news[key]) || !isDeepStrictEqual(olds[key], news[key]);
      });
      const replaces = changed.filter((key) => replacedBy.includes(key));
      const deleteBeforeReplace = replaces.length > 0;
      return Promise.resolve({ changes: changed.length > 0, replaces, deleteBeforeReplace });
    },

    create: (inputs) =>
      onOneLine(inputs, {}, async () => {
        const { id, outputs } = await rules.create(filled(inputs) as Inputs, context());
        return { id, outs: kept(outputs, inputs) };
      }),

    read: (id, olds = {}) =>
      onOneLine(olds, {}, async () => {
        const before = filled(olds);
        const outputs: object | undefined = await rules.read(id, before as Outputs, context());
        if (outputs === undefined) return { id: "", props: {} };
        const now: Fields = { ...outputs };
        // The inputs that go into state: what was managed before, as it is now. So drift shows property by property.
        // A field that the server got since, too, if the program resets what it leaves out.
        const isAdded = (key: string) => key in now && declaration?.properties[key]?.reset !== undefined;
        const managed = names.filter((key) => key in before || isAdded(key));
        const inputs = Object.fromEntries(managed.map((key) => [key, now[key]]));
        // What was changed to its default is shown as such, not as a property that is gone.
        const changed = managed.filter((key) => !isDeepStrictEqual(before[key], now[key]));
        return {
          id,
          props: kept(outputs, olds),
          inputs: { ...withoutDefaults(inputs, defaults, changed), ...secretsOf(olds) },
        };
      }),

    update: (id, olds, news) =>
      onOneLine(news, olds, async () => {
        const outputs = await rules.update(id, filled(olds) as Outputs, filled(news) as Inputs, context());
        return { outs: kept(outputs, news) };
      }),

    delete: (id, olds) => onOneLine(olds, {}, () => rules.delete(id, filled(olds) as Outputs, context())),
  };
}
