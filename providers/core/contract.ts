import type { z } from "zod";
import { type Declaration, namesOf, type Property } from "./declare";
import { zod } from "./zod";

/** What the engine's conventions need of a kind of resource: see {@link handlerOf}. */
export interface Contract<Name extends string = string> {
  /** Validates and normalises each property by itself: sets sorted, defaults filled in. */
  readonly inputs: z.ZodObject;
  /** Properties whose change makes a new object. The old one is deleted first: names are unique. */
  readonly replacedBy?: readonly Name[];
  /** Properties that the server fills in where the program leaves them out; then they are not compared. */
  readonly filledIn?: readonly Name[];
  /** Properties that steer us and are not part of the object: their change alone changes nothing. */
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
