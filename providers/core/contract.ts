import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { type Declaration, namesOf } from "./declare";
import { SECRETS } from "./message";
import type { Problem } from "./problems";
import type { Property } from "./property";
import { zod } from "./schema";

/** What the engine's conventions require of a kind of resource: see {@link handlerOf}. */
export interface Contract<Name extends string = string> {
  /** Validates and normalises each property by itself: sets sorted, defaults filled in. */
  readonly inputs: z.ZodObject;
  /** Properties whose change makes a new object. The old one is deleted first: names are unique. */
  readonly replacedBy?: readonly Name[];
  /** Properties that the server fills in where the program leaves them out; then they are not compared. */
  readonly filledIn?: readonly Name[];
  /** Properties that control the handler and aren't part of the object: changing only these changes nothing. */
  readonly notCompared?: readonly Name[];
  /** Properties with a default that programs read from outputs; other defaults are not kept in state. */
  readonly shown?: readonly Name[];
  /** Where the contract comes from. */
  readonly declaration?: Declaration;
}

/** The contract of a declared resource. */
export function contractOf(declaration: Declaration): Contract {
  const { properties } = declaration;
  const args = Object.entries(properties).filter(([, { computed }]) => computed !== true);
  return {
    inputs: zod().object(Object.fromEntries(args.map(([name, property]) => [name, validatorOf(property)]))),
    replacedBy: namesOf(properties, ({ replaces }) => replaces === true),
    filledIn: namesOf(properties, ({ filledIn }) => filledIn === true),
    notCompared: namesOf(properties, ({ compared }) => compared === false),
    shown: namesOf(properties, ({ shown }) => shown === true),
    declaration,
  };
}

/** Validates one property by itself. */
export function validatorOf({ schema, optional, default: otherwise }: Property): z.ZodType {
  const validator = schema.validator();
  if (otherwise !== undefined) return validator.default(otherwise);
  return optional === true ? validator.optional() : validator;
}

type Properties = Record<string, unknown>;

/**
 * State has no defaults: it stays small, and state from an older version with fewer properties reads as if written
 * today. A resource's operations always get them filled in.
 */
export class Defaults {
  readonly #values: Properties;

  /** @param shown properties that programs read from outputs, where they stay. */
  constructor(
    schema: z.ZodObject,
    private readonly shown: readonly string[] = [],
  ) {
    const values = Object.entries(schema.shape).map(([key, type]) => {
      return [key, (type as z.ZodType).safeParse(undefined).data] as const;
    });
    this.#values = Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }

  fillIn(properties: Properties): Properties {
    return { ...this.#values, ...properties };
  }

  /** @param but properties that stay, whatever their value. */
  leaveOut(properties: object, but: readonly string[] = []): Properties {
    const kept = Object.entries(properties).filter(([key, value]) => {
      if (value === undefined) return false;
      return but.includes(key) || !(key in this.#values && isDeepStrictEqual(value, this.#values[key]));
    });
    return Object.fromEntries(kept);
  }

  leaveOutHidden(outputs: object): Properties {
    return this.leaveOut(outputs, this.shown);
  }
}

/**
 * How the engine writes "not known before the update" into the inputs of a dynamic resource at preview.
 * Source: `unknownValue` in the SDK's runtime/rpc.ts, which does not export it publicly.
 */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True when the value is unknown at preview, or holds something that is. */
export function isUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(isUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(isUnknown);
  return false;
}

/** Sorts properties into known and unknown ones, and validates those that are known. */
export function parse(schema: z.ZodObject, news: Properties) {
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

export function withoutProvider(properties: Readonly<Properties>): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([key]) => key !== "__provider" && key !== SECRETS),
  );
}
