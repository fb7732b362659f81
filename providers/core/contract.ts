import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { type Declaration, type Fields, namesOf } from "./declare";
import { type Problem, SECRETS } from "./message";
import { validatorOf, zod } from "./schema";

/** What the engine's conventions require of a kind of resource: see {@link handlerOf}. */
export interface Contract<Name extends string = string> {
  /** Validates and normalises each property by itself: sets sorted, defaults filled in. */
  readonly inputs: z.ZodObject;
  /** Properties whose change replaces the object. The old one is deleted first: names are unique. */
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

/** The values of properties that a program leaves out. */
export function defaultsOf(schema: z.ZodObject): Fields {
  const values = Object.entries(schema.shape).map(([key, type]) => {
    return [key, (type as z.ZodType).safeParse(undefined).data] as const;
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/**
 * Properties as state keeps them. It has no defaults: it stays small, and state from an older version with fewer properties
 * reads as if written today. A resource's operations always get them filled in.
 *
 * @param but properties that stay, whatever their value.
 */
export function withoutDefaults(properties: object, defaults: Fields, but: readonly string[] = []): Fields {
  const kept = Object.entries(properties).filter(([key, value]) => {
    if (value === undefined) return false;
    return but.includes(key) || !(key in defaults && isDeepStrictEqual(value, defaults[key]));
  });
  return Object.fromEntries(kept);
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
export function parse(schema: z.ZodObject, news: Fields) {
  const known: Fields = {};
  const unknown: Fields = {};
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

export function withoutProvider(properties: Readonly<Fields>): Fields {
  return Object.fromEntries(
    Object.entries(properties).filter(([key]) => key !== "__provider" && key !== SECRETS),
  );
}
