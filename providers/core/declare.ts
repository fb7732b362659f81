import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/** Named values whose names the compiler doesn't have. */
export type Fields = Record<string, unknown>;

export function isRecord(value: unknown): value is Readonly<Fields> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * One property of a resource. Arguments, outputs, validation, the body of requests, comparison, and the wording of preview
 * and drift all come from it. Editors and the reference show the comment in front of it.
 */
export interface Property {
  readonly schema: Schema<unknown, unknown>;
  /** Programs may omit it; then it isn't managed, and Pocket ID keeps its value. */
  readonly optional?: true;
  /** Its value if a program omits it. State doesn't have it. */
  readonly default?: unknown;
  /** The property whose value it gets if a program omits it. */
  readonly sameAs?: string;
  /** The field in Pocket ID's API, with dots for nested ones. Without it, the handler reads and writes the property. */
  readonly wire?: string;
  /** The first version of Pocket ID that has the field: older ones drop it silently, so they are refused. */
  readonly since?: string;
  /** The value that Pocket ID gives a new object. `omitted: "reset"` writes it if a program leaves the property out. */
  readonly reset?: unknown;
  /** The value that `firstParty: true` writes instead, even without `omitted: "reset"`. */
  readonly trusted?: unknown;
  /** In an object of a list: if it's omitted, Pocket ID keeps its value. @default a write removes it */
  readonly kept?: true;
  /** Another value replaces the object. The old one is deleted first: names are unique. */
  readonly replaces?: true;
  /** Pocket ID or `check` sets it if a program omits it; then it isn't compared. */
  readonly filledIn?: true;
  /** It controls the handler and isn't part of the object: changing only this changes nothing. */
  readonly compared?: false;
  /** Outputs have it even if a program omits it: with its default, or as the handler derives it. */
  readonly shown?: true;
  /** An output only. */
  readonly computed?: true;
  /** Kept in state for the handler: neither an argument nor an output. */
  readonly internal?: true;
  /** How drift reports a change. @default `motto is 'a', should be 'b'` */
  readonly drift?: Wording;
}

export type Properties = Readonly<Record<string, Property>>;

/**
 * A type of values: how to validate one, and how to read and write it. `Arg` is the type that programs write, with an
 * `Input` at each level.
 */
export interface Schema<Value, Arg = Value> {
  validator(): z.ZodType<Value>;
  /**
   * A live value in the form that validation gives: sets sorted, unknown fields removed. Undefined if there is none.
   *
   * @param wanted the managed value: a `kept` field that it lacks is left out too.
   */
  read(live: unknown, wanted?: unknown): unknown;
  /** What to send to replace the live value: unknown fields kept. */
  write(value: Value, live: unknown): unknown;
  /** The fields inside a value that not every version of Pocket ID has. */
  gates?(value: unknown): Gate[];
  /** Types only. */
  readonly types?: { readonly value: Value; readonly arg: Arg };
}

/** A field, and the first version of Pocket ID that has it. */
export interface Gate {
  readonly field: string;
  readonly since: string;
}

/**
 * How drift words a change of a property: by a label such as `friendly name`, by what happened to a flag, or in another way
 * below.
 */
export type Wording =
  string | { readonly nowTrue: string; readonly nowFalse: string } | EntryWording | NamedEntryWording;

/** What happened to an entry of a list. */
interface EntryWording {
  /** What an entry is: `callback`. */
  readonly entry: string;
  /** @default "was added" */
  readonly added?: string;
  /** @default "was removed" */
  readonly removed?: string;
  /** Entries are IDs of user groups, shown by name. */
  readonly groups?: true;
  /** The property whose change explains one of this list, so that only that one is reported. */
  readonly explainedBy?: string;
}

/** What happened to an entry of a list of names and values. */
export interface NamedEntryWording {
  /** What an entry is: `claim`. */
  readonly entry: string;
  /** The field with the name. */
  readonly name: string;
  /** The field with the value. */
  readonly value: string;
}

/**
 * What programs pass. Mapped from `P` itself, which keeps the properties' comments, and without aliases, which the reference
 * would show instead of `Input`.
 */
export type Args<
  P extends Properties,
  Optional extends keyof P = Exclude<Having<P, Omissible>, Having<P, NoArgument>>,
  Needed extends keyof P = Exclude<keyof P, Having<P, Omissible | NoArgument>>,
> = { [K in Needed]: pulumi.Input<Types<P[K]>["arg"]> } & {
  [K in Optional]?: pulumi.Input<Types<P[K]>["arg"]>;
};

/** What programs read from a resource. */
export type Outputs<
  P extends Properties,
  Readable extends keyof P = Exclude<keyof P, Having<P, Hidden>> | Having<P, { shown: true }>,
> = { readonly [K in Readable]: pulumi.Output<OutputValue<P[K]>> };

/** What handlers get. */
export type ValuesOf<
  P extends Properties,
  Optional extends keyof P = Exclude<Having<P, { optional: true }>, Having<P, { computed: true }>>,
  Present extends keyof P = Exclude<keyof P, Having<P, { optional: true } | { computed: true }>>,
> = { [K in Present]: Value<P[K]> } & { [K in Optional]?: Value<P[K]> };

type Omissible = { optional: true } | { default: unknown } | { sameAs: string };
type NoArgument = { computed: true } | { internal: true };
type Hidden = { default: unknown } | { internal: true };
/** Names of the properties with one of these marks. */
type Having<P extends Properties, Mark> = { [K in keyof P]: P[K] extends Mark ? K : never }[keyof P];

type Types<P extends Property> = NonNullable<P["schema"]["types"]>;
export type Value<P extends Property> = Types<P>["value"];
type OutputValue<P extends Property> = P extends { filledIn: true }
  ? Value<P>
  : P extends { optional: true }
    ? Value<P> | undefined
    : Value<P>;

/** The names of objects that state and Pocket ID have by ID only. */
export interface Names {
  /** `ocisUser`; or the ID if the group is unknown. */
  group(id: string): string;
}

/** One kind of resource. */
export interface Declaration<P extends Properties = Properties> {
  /** The last part of the type token: `UserGroup`. It ends up in users' state. */
  readonly type: string;
  /** The name under which providers/handlers.ts exports the handler: `userGroup`. It ends up in users' state. */
  readonly handler: string;
  readonly properties: P;
  /** Fields that Pocket ID shows but doesn't take, or takes elsewhere. */
  readonly readOnly?: readonly string[];
  /** What drift calls the object: `group ocisUser`. */
  title(inputs: ValuesOf<P>, id: string, names: Names): string;
  /** Types only. */
  readonly types?: { readonly inputs: ValuesOf<P> };
}

/** A declaration whose handler gets these inputs. */
export type DeclarationOf<Inputs> = Declaration & { readonly types?: { readonly inputs: Inputs } };

/** Declares a kind of resource. The comment in front of each property is its documentation. */
export function declare<P extends Properties>(
  described: Omit<Declaration<NoInfer<P>>, "handler" | "properties" | "types"> & {
    readonly properties: P & Consistent<P>;
  },
): Declaration<P> {
  return { ...described, handler: described.type.charAt(0).toLowerCase() + described.type.slice(1) };
}

/** What programs pass: each property an `Input`. */
export type ArgsOf<D extends Declaration> = Args<D["properties"]>;
/** What programs read from a resource. Properties with a default aren't among them, unless they are `shown`. */
export type OutputsOf<D extends Declaration> = Outputs<D["properties"]>;
/** What handlers get: validated, with defaults filled in. */
export type InputsOf<D extends Declaration> = ValuesOf<D["properties"]>;

/** Refuses defaults of another type, and names of properties that don't exist. */
type Consistent<P extends Properties> = {
  readonly [K in keyof P]: { readonly sameAs?: keyof P } & (P[K] extends { default: infer Default }
    ? Default extends Value<P[K]>
      ? unknown
      : { readonly default: Mistake<"is of another type than the schema"> }
    : unknown);
};
type Mistake<Message> = { readonly mistake: Message };

export function namesOf(properties: Properties, is: (property: Property) => boolean): string[] {
  const found = Object.entries(properties).filter(([, property]) => is(property));
  return found.map(([name]) => name);
}

/** The same properties; omitted ones get the value of the property named in `sameAs`. */
export function withSameAs(properties: Properties, values: object): Record<string, unknown> {
  const given: Record<string, unknown> = { ...values };
  for (const [name, { sameAs }] of Object.entries(properties)) {
    if (sameAs !== undefined && given[name] === undefined && given[sameAs] !== undefined) {
      given[name] = given[sameAs];
    }
  }
  return given;
}
