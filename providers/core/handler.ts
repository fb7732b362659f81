import type { dynamic } from "@pulumi/pulumi";
import { isDeepStrictEqual } from "node:util";
import { type Contract, Defaults, isUnknown, parse, withoutProvider } from "./contract";
import { type Declaration, withSameAs } from "./declare";
import { hidden, hiding, messageOf } from "./message";
import { onOneLine, onOneLineEach, type Problem, secretsOf } from "./problems";

/** What a check can use besides the inputs that are known at preview. */
export interface CheckContext<Context> {
  /** True for an object that this stack would create: then the check may read from the server. */
  readonly creating: boolean;
  /** Properties that are not known yet, or not wholly. */
  readonly unknown: readonly string[];
  /** The inputs of the last update; empty when creating. */
  readonly olds: Readonly<Record<string, unknown>>;
  /** Opens the connection; throws if none is configured. */
  readonly open: () => Context;
}

/** An object that was created or found. */
export interface Made<Outputs> {
  readonly id: string;
  readonly outputs: Outputs;
}

/** What is specific to one kind of resource: how to find, make, write and delete an object. */
export interface Operations<Inputs extends object, Outputs extends object, Context> {
  /** Computed from the known inputs and shown at preview already: hashes, and defaults that depend on others. */
  derive?(
    inputs: Partial<Inputs>,
    context: CheckContext<Context>,
  ): Partial<Inputs> | Promise<Partial<Inputs>>;
  /** Problems that only several properties together, or the server, can show. Gets known properties only. */
  problems?(inputs: Partial<Inputs>, context: CheckContext<Context>): Problem[] | Promise<Problem[]>;
  create(inputs: Inputs, context: Context): Promise<Made<Outputs>>;
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

type Properties = Record<string, unknown>;

/** What the engine's plugin process runs for one kind of resource. The engine configures it once, for one connection. */
export interface Handler extends dynamic.ResourceProvider<Properties, Properties> {
  /** The same handler with a configuration of its own, for a process that works for several connections. */
  configured(configuration: Configuration): Handler;
  /** Inputs or outputs as state has them, with the defaults that it leaves out. */
  filled(properties: Readonly<Properties>): Properties;
  /** The resource's declaration, if it has one. */
  readonly declaration: Declaration | undefined;
}

/**
 * Makes the object that the engine's plugin process runs for one kind of resource.
 *
 * @param open makes what the rules work with (a connection) from configuration; called anew for each operation, so
 * that a key that was rotated in the environment just works.
 */
export function handlerOf<Inputs extends object, Outputs extends object, Context>(
  rules: Contract & Operations<Inputs, Outputs, Context>,
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
    declaration: rules.declaration,

    check: (olds, given) =>
      hiding(
        given,
        async () => {
          const news = withSameAs(rules.declaration?.properties ?? {}, given);
          const { known, unknown, failures } = parse(rules.inputs, news);
          if (failures.length > 0) return { inputs: { ...news }, failures: onOneLineEach(failures) };
          const creating = Object.keys(withoutProvider(olds)).length === 0;
          const checkContext = {
            creating,
            unknown: Object.keys(unknown),
            olds: creating ? olds : filled(olds),
            open: context,
          };
          const inputs = () => ({ ...defaults.leaveOut(known), ...unknown, ...secretsOf(given) });
          try {
            Object.assign(known, await rules.derive?.(known as Partial<Inputs>, checkContext));
            const problems = await rules.problems?.(known as Partial<Inputs>, checkContext);
            return { inputs: inputs(), failures: onOneLineEach(problems ?? []) };
          } catch (error) {
            // A failure of no property: the engine names the resource, and prints it once.
            return { inputs: inputs(), failures: [{ property: "", reason: hidden(messageOf(error)) }] };
          }
        },
        olds,
      ),

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
        return { id: made.id, outs: { ...defaults.leaveOutHidden(made.outputs), ...secretsOf(inputs) } };
      }, inputs),

    read: (id, olds = {}) =>
      onOneLine(async () => {
        const before = filled(olds);
        const outputs = await rules.read(id, before as Outputs, context());
        if (outputs === undefined) return { id: "", props: {} };
        const now = propertiesOf(outputs);
        // The inputs that go into state: what was managed before, as it is now. So drift shows property by property.
        // A field that the server got since, too, if the program resets what it leaves out.
        const isAdded = (key: string) =>
          key in now && rules.declaration?.properties[key]?.reset !== undefined;
        const managed = Object.keys(rules.inputs.shape).filter((key) => key in before || isAdded(key));
        const inputs = Object.fromEntries(managed.map((key) => [key, now[key]]));
        // What was changed to its default is shown as such, not as a property that is gone.
        const changed = managed.filter((key) => !isDeepStrictEqual(before[key], now[key]));
        return {
          id,
          props: { ...defaults.leaveOutHidden(outputs), ...secretsOf(olds) },
          inputs: { ...defaults.leaveOut(inputs, changed), ...secretsOf(olds) },
        };
      }, olds),

    update: (id, olds, news) =>
      onOneLine(
        async () => {
          const outs = await rules.update(id, filled(olds) as Outputs, filled(news) as Inputs, context());
          return { outs: { ...defaults.leaveOutHidden(outs), ...secretsOf(news) } };
        },
        news,
        olds,
      ),

    delete: (id, olds) => onOneLine(() => rules.delete(id, filled(olds) as Outputs, context()), olds),
  };
}

function includes(names: readonly string[] | undefined, name: string): boolean {
  return names?.includes(name) ?? false;
}

function propertiesOf(outputs: object): Properties {
  return Object.assign<Properties, object>({}, outputs);
}
