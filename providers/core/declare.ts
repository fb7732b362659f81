import type * as pulumi from "@pulumi/pulumi";
import type { Schema } from "./schema";
import type { Names, Wording } from "./wording";

/**
 * One property of a resource. Arguments, outputs, validation, the body of requests, comparison, and the words of preview
 * and drift all come from it. Its documentation is the comment in front of it: editors and the reference page show that.
 */
export interface Property {
  readonly schema: Schema<unknown, unknown>;
  /** Programs may leave it out; then it isn't managed, and Pocket ID keeps what it has. */
  readonly optional?: true;
  /** The value that it has if a program leaves it out. State doesn't keep it. */
  readonly default?: unknown;
  /** The property whose value it has if a program leaves it out. */
  readonly sameAs?: string;
  /** The field in Pocket ID's API, inside others if it has dots. Without one, the handler reads and writes the property. */
  readonly wire?: string;
  /** The first version of Pocket ID that has the field: older ones drop it silently, so they are refused. */
  readonly since?: string;
  /** Another value makes a new object. The old one is deleted first: names are unique. */
  readonly replaces?: true;
  /** Pocket ID or `check` fills it in if a program leaves it out; then it isn't compared. */
  readonly filledIn?: true;
  /** It steers the handler and isn't part of the object: its change alone changes nothing. */
  readonly compared?: false;
  /** Outputs have it even if a program leaves it out: with its default, or as the handler derives it. */
  readonly shown?: true;
  /** An output only. */
  readonly computed?: true;
  /** Kept in state for the handler: neither an argument nor an output. */
  readonly internal?: true;
  /** How drift tells of a change. @default `motto is 'a', should be 'b'` */
  readonly drift?: Wording;
}

export type Properties = Readonly<Record<string, Property>>;

interface Described<P extends Properties> {
  /** The last part of the type token: `UserGroup`. It ends up in users' state. */
  readonly type: string;
  /** Fields that Pocket ID shows but doesn't take, or takes elsewhere. */
  readonly readOnly?: readonly string[];
  /** What drift calls the object: `group ocisUser`. */
  title(inputs: ValuesOf<P>, id: string, names: Names): string;
}

/** One kind of resource. */
export interface Declaration<P extends Properties = Properties> extends Described<P> {
  /** The name under which providers/handlers.ts exports the handler: `userGroup`. It ends up in users' state. */
  readonly handler: string;
  readonly properties: P;
  /** For the compiler only. */
  readonly types?: { readonly inputs: ValuesOf<P> };
}

/** A declaration whose handler gets these inputs. */
export type DeclarationOf<Inputs> = Declaration & { readonly types?: { readonly inputs: Inputs } };

/** Declares a kind of resource. Write a comment in front of each property: it is the property's documentation. */
export function declare<P extends Properties>(
  described: Described<NoInfer<P>> & { readonly properties: P & Consistent<P> },
): Declaration<P> {
  const { type } = described;
  return { ...described, handler: type.charAt(0).toLowerCase() + type.slice(1) };
}

/** What programs pass: each property an `Input`. */
export type ArgsOf<D extends Declaration> = Args<D["properties"]>;
/** What programs read from a resource. Properties with a default aren't among them, unless they are `shown`. */
export type OutputsOf<D extends Declaration> = Outputs<D["properties"]>;
/** What handlers get: validated, with defaults filled in. */
export type InputsOf<D extends Declaration> = ValuesOf<D["properties"]>;

/** Mapped from `P` itself, which keeps the properties' comments, and without further aliases, which the reference would show. */
export type Args<
  P extends Properties,
  Optional extends keyof P = Exclude<Having<P, Omissible>, Having<P, NoArgument>>,
  Needed extends keyof P = Exclude<keyof P, Having<P, Omissible | NoArgument>>,
> = { [K in Needed]: pulumi.Input<Types<P[K]>["arg"]> } & {
  [K in Optional]?: pulumi.Input<Types<P[K]>["arg"]>;
};

export type Outputs<
  P extends Properties,
  Readable extends keyof P = Exclude<keyof P, Having<P, Hidden>> | Having<P, { shown: true }>,
> = { readonly [K in Readable]: pulumi.Output<OutputValue<P[K]>> };

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
type Value<P extends Property> = Types<P>["value"];
type OutputValue<P extends Property> = P extends { filledIn: true }
  ? Value<P>
  : P extends { optional: true }
    ? Value<P> | undefined
    : Value<P>;

/** Refuses a default of another type, and the name of a property that isn't there. */
type Consistent<P extends Properties> = {
  readonly [K in keyof P]: { readonly sameAs?: keyof P } & (P[K] extends { default: infer Default }
    ? Default extends Value<P[K]>
      ? unknown
      : { readonly default: Mistake<"is of another type than the schema"> }
    : unknown);
};
type Mistake<Words> = { readonly mistake: Words };

/** Names of the properties that programs read from a resource, see {@link OutputsOf}. */
export function outputNames(properties: Properties): string[] {
  return namesOf(properties, ({ default: otherwise, shown, internal }) => {
    return internal !== true && (otherwise === undefined || shown === true);
  });
}

/** Names of those that a resource may have although the program left them out. */
export function filledInNames(properties: Properties): string[] {
  return namesOf(properties, ({ computed, filledIn, shown }) => (computed ?? filledIn ?? shown) === true);
}

export function namesOf(properties: Properties, is: (property: Property) => boolean): string[] {
  const found = Object.entries(properties).filter(([, property]) => is(property));
  return found.map(([name]) => name);
}

/** The same properties; those that are left out have the value of the property that they follow. */
export function withSameAs(properties: Properties, values: object): Record<string, unknown> {
  const given: Record<string, unknown> = { ...values };
  for (const [name, { sameAs }] of Object.entries(properties)) {
    if (sameAs !== undefined && given[name] === undefined && given[sameAs] !== undefined) {
      given[name] = given[sameAs];
    }
  }
  return given;
}
