import type { Args, Outputs, Properties, Property, Value, ValuesOf } from "./property";

/** The names of objects that state and Pocket ID have by ID only. */
export interface Names {
  /** `ocisUser`; or the ID if the group is unknown. */
  group(id: string): string;
}

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
  /** Types only. */
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

/** Refuses a default of another type, and the name of a property that isn't there. */
type Consistent<P extends Properties> = {
  readonly [K in keyof P]: { readonly sameAs?: keyof P } & (P[K] extends { default: infer Default }
    ? Default extends Value<P[K]>
      ? unknown
      : { readonly default: Mistake<"is of another type than the schema"> }
    : unknown);
};
type Mistake<Message> = { readonly mistake: Message };

/** Names of the properties that programs read from a resource, see {@link OutputsOf}. */
export function outputNames(properties: Properties): string[] {
  return namesOf(properties, ({ default: otherwise, shown, internal }) => {
    return internal !== true && (otherwise === undefined || shown === true);
  });
}

/** Names of properties that a resource may have even if the program leaves them out. */
export function filledInNames(properties: Properties): string[] {
  return namesOf(properties, ({ computed, filledIn, shown }) => (computed ?? filledIn ?? shown) === true);
}

export function namesOf(properties: Properties, is: (property: Property) => boolean): string[] {
  const found = Object.entries(properties).filter(([, property]) => is(property));
  return found.map(([name]) => name);
}

/** The same properties; those that are left out get the value of the property named in `sameAs`. */
export function withSameAs(properties: Properties, values: object): Record<string, unknown> {
  const given: Record<string, unknown> = { ...values };
  for (const [name, { sameAs }] of Object.entries(properties)) {
    if (sameAs !== undefined && given[name] === undefined && given[sameAs] !== undefined) {
      given[name] = given[sameAs];
    }
  }
  return given;
}
