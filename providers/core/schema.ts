import type * as pulumi from "@pulumi/pulumi";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type * as zodModule from "zod";
import type { z } from "zod";
import { type Args, type Fields, isRecord, type Properties, type Schema, type ValuesOf } from "./declare";

const load = createRequire(__filename);

/**
 * Loads zod at the first validation. Only handlers validate, so a program that declares resources doesn't wait the 85 ms
 * that zod takes. tests/program/loading.test.ts fails if it does.
 */
export const zod = () => (load("zod") as typeof zodModule).z;

/** Validates one property by itself. */
export function validatorOf({ schema, optional, default: otherwise }: Properties[string]): z.ZodType {
  const validator = schema.validator();
  if (otherwise !== undefined) return validator.default(otherwise);
  return optional === true ? validator.optional() : validator;
}

/** A value that Pocket ID keeps as it is. */
function plain<Value>(validator: () => z.ZodType<Value>): Schema<Value> {
  return { validator, read: (live) => live ?? undefined, write: (value) => value };
}

/** Text of `min` to `max` characters: code points, as Pocket ID counts them, in Unicode's composed form. */
export function text(min: number, max: number): Schema<string> {
  const isLong = (value: string) => Array.from(value).length >= min && Array.from(value).length <= max;
  return plain(() =>
    zod()
      .string({ error: "must be text" })
      .transform((value) => value.normalize("NFC"))
      .refine(isLong, { error: `must have ${min} to ${max} characters` }),
  );
}

/** Text for which a function returns no problem. */
export function textWithout(problemOf: (value: string) => string | undefined): Schema<string> {
  return plain(() =>
    zod()
      .string({ error: "must be text" })
      .check(({ value, issues }) => {
        const message = problemOf(value);
        if (message !== undefined) issues.push({ code: "custom", input: value, message });
      }),
  );
}

export const anyText: Schema<string> = textWithout(() => undefined);

export const nonEmptyText = textWithout((value) => (value === "" ? "must not be empty" : undefined));

/** The same text in Unicode's composed form, which newer versions of Pocket ID bring texts to. */
export function composed(schema: Schema<string>): Schema<string> {
  return { ...schema, validator: () => schema.validator().transform((value) => value.normalize("NFC")) };
}

export const flag: Schema<boolean> = plain(() => zod().boolean({ error: "must be true or false" }));

/** @param unit what is counted: `minutes`. */
export function integer(min: number, max: number, unit: string): Schema<number> {
  const error = `must be ${min} to ${max} ${unit}`;
  return plain(() => zod().int({ error: "must be a whole number" }).min(min, error).max(max, error));
}

export function choice<const Value extends string>(values: readonly Value[]): Schema<Value> {
  const quoted = values.map((value) => `'${value}'`);
  const error = `must be ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1) ?? ""}`;
  return plain(() => zod().enum(values, { error }));
}

/** A list of texts in which order and duplicates don't matter. */
export function setOf(item: Schema<string>): Schema<string[], pulumi.Input<string>[]> {
  return {
    validator: () => zod().array(item.validator()).transform(sorted),
    read: (live) => sorted(listIn(live).filter((value) => typeof value === "string")),
    write: (value) => value,
  };
}

/** A list of texts in which the order matters. */
export const textList: Schema<string[]> = plain(() => zod().array(anyText.validator()));

/** The same texts, sorted, each once. */
export function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/**
 * A list of objects.
 *
 * @param key the field that identifies a live object, so that a write keeps its unknown fields.
 * @param options.sorted whether the order doesn't matter: then the list is sorted by the key.
 */
export function listOf<Value extends object, Arg>(
  item: Schema<Value, Arg>,
  key: keyof Value & string,
  { sorted: isSorted = false } = {},
): Schema<Value[], pulumi.Input<Arg>[]> {
  const inOrder = <T>(values: T[]) =>
    isSorted ? values.sort((a, b) => compare(keyOf(a), keyOf(b))) : values;
  const keyOf = (value: unknown) => (isRecord(value) ? String(value[key]) : "");
  return {
    validator: () => zod().array(item.validator()).transform(inOrder),
    read(live, wanted) {
      const take = takerFrom(wanted);
      const same = (value: unknown) => take((one) => keyOf(one) === keyOf(item.read(value)));
      return inOrder(listIn(live).map((value) => item.read(value, same(value))));
    },
    gates: (values) => listIn(values).flatMap((value) => item.gates?.(value) ?? []),
    write(values, live) {
      const take = takerFrom(live);
      const same = values.map((value) => take((one) => isDeepStrictEqual(item.read(one, value), value)));
      return values.map((value, index) =>
        item.write(value, same[index] ?? take((one) => keyOf(item.read(one)) === keyOf(value))),
      );
    },
  };
}

/** Makes a function that takes the first matching value out of a list; undefined when there is none. */
function takerFrom(list: unknown) {
  const rest = listIn(list);
  return (matches: (value: unknown) => boolean): unknown => {
    const index = rest.findIndex(matches);
    return index === -1 ? undefined : rest.splice(index, 1)[0];
  };
}

/** An object of declared properties. */
export function object<P extends Properties>(properties: P): Schema<ValuesOf<P>, Args<P>> {
  const entries = Object.entries(properties).map(([name, { wire = name, ...property }]) => {
    return { ...property, name, wire };
  });
  return {
    validator() {
      const shape = entries.map((property) => [property.name, validatorOf(property)] as const);
      return zod().strictObject(Object.fromEntries(shape)) as unknown as z.ZodType<ValuesOf<P>>;
    },
    read(live, wanted) {
      const fields = isRecord(live) ? live : {};
      const its: Fields = isRecord(wanted) ? wanted : {};
      const read = entries.filter(({ name, kept }) => kept !== true || its[name] !== undefined);
      const values = read.map(
        ({ name, wire, schema }) => [name, schema.read(fields[wire], its[name])] as const,
      );
      return Object.fromEntries(values.filter(([, value]) => value !== undefined));
    },
    gates(value) {
      const given = isRecord(value) ? value : {};
      return entries.flatMap(({ name, since }) =>
        since === undefined || given[name] === undefined ? [] : [{ field: name, since }],
      );
    },
    write(values, live) {
      const written: Fields = isRecord(live) ? { ...live } : {};
      const given: Fields = { ...values };
      for (const { name, wire, schema, kept } of entries) {
        const value = given[name];
        if (value === undefined) {
          if (kept !== true) Reflect.deleteProperty(written, wire);
        } else written[wire] = schema.write(value, written[wire]);
      }
      return written;
    },
  };
}

/** Any value that JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * Texts in it are brought to Unicode's composed form, as newer versions of Pocket ID do. JavaScript treats a property named
 * `__proto__` specially, and would lose it.
 */
export const json: Schema<JsonValue> = plain(() =>
  zod()
    .unknown()
    .refine((value) => value === undefined || !JSON.stringify(value).includes('"__proto__":'), {
      error: "must not have a property named __proto__",
    })
    .pipe(zod().json())
    .transform((value) => JSON.parse(JSON.stringify(value).normalize("NFC")) as JsonValue),
);

/** A list of such values. */
export const jsonList: Schema<JsonValue[]> = plain(() => zod().array(json.validator()));

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const listIn = (live: unknown): unknown[] => (Array.isArray(live) ? [...(live as unknown[])] : []);
