import { isDeepStrictEqual } from "node:util";
import { type Declaration, type Fields, isRecord, namesOf } from "./declare";

/** The body of a write: the managed fields, laid over those of the live object that Pocket ID takes, known to us or not. */
export function bodyOf({ properties, readOnly = [] }: Declaration, inputs: object, live?: object): Fields {
  const values: Fields = { ...inputs };
  let body: Fields = Object.fromEntries(
    Object.entries(live ?? {}).filter(([field]) => !readOnly.includes(field)),
  );
  for (const [name, { wire, schema, replaces }] of Object.entries(properties)) {
    const value = values[name];
    if (wire === undefined || value === undefined || (live !== undefined && replaces === true)) continue;
    body = laidOver(body, wire.split("."), (before) => schema.write(value, before));
  }
  return body;
}

/** The object with another value at the end of the path; everything beside the path is kept. */
function laidOver(live: unknown, path: readonly string[], write: (before: unknown) => unknown): Fields {
  const [field = "", ...inner] = path;
  const fields = isRecord(live) ? live : {};
  const before = fields[field];
  return { ...fields, [field]: inner.length === 0 ? write(before) : laidOver(before, inner, write) };
}

/**
 * The properties that are fields of the live object, as it has them. A field that the server doesn't return has the default.
 *
 * @param wanted the values that are managed
 */
export function liveValues(
  { properties }: Declaration,
  live: object,
  names: readonly string[],
  wanted: object = {},
): Fields {
  const managedValues: Fields = { ...wanted };
  const values = Object.entries(properties).flatMap(([name, { schema, wire, default: otherwise }]) => {
    if (wire === undefined || !names.includes(name)) return [];
    const value = wire
      .split(".")
      .reduce<unknown>((at, field) => (isRecord(at) ? at[field] : undefined), live);
    return [[name, schema.read(value, managedValues[name]) ?? otherwise] as const];
  });
  return Object.fromEntries(values);
}

/** Names of the properties that a program manages, and of those that Pocket ID fills in. */
export function managed({ properties }: Declaration, inputs: object): string[] {
  return [...named(inputs), ...namesOf(properties, ({ filledIn }) => filledIn === true)];
}

/** True if the live object has every field that is managed: a write would change nothing. */
export function isCurrent(declaration: Declaration, live: object, inputs: object): boolean {
  return differences(liveValues(declaration, live, named(inputs), inputs), { ...inputs }).length === 0;
}

/** Each property of the live object that isn't as it should be: `name "a" -> "b"`. */
export function differences(is: Fields, should: Fields): string[] {
  const inJson = (value: unknown) => JSON.stringify(value ?? null);
  return Object.keys(is)
    .filter((name) => !isDeepStrictEqual(is[name], should[name]))
    .map((name) => `${name} ${inJson(is[name])} -> ${inJson(should[name])}`);
}

/** Names of the properties that have a value. */
export function named(values: object): string[] {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.map(([name]) => name);
}
