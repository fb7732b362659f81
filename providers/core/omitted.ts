import type { PocketId } from "../pocket-id";
import { isAtLeast } from "../pocket-id/server-version";
import type { Declaration } from "./declare";
import type { CheckContext } from "./handler";
import { lookAhead } from "./look-ahead";
import { choice } from "./schema";

/** What becomes of properties that a program leaves out: `keep`, they aren't managed; `reset`, they have Pocket ID's defaults. */
export type Omitted = "keep" | "reset";

/** The property with which programs choose. */
export const omitted = {
  schema: choice<Omitted>(["keep", "reset"]),
  default: "keep",
  compared: false,
} as const;

/**
 * Whether the server has a property's field. While the server can't be reached, only fields that every server has, and those
 * that are in state already.
 */
export async function fieldsOf(
  { properties }: Declaration,
  { olds, open }: CheckContext<PocketId>,
): Promise<(name: string) => boolean> {
  const looked = await lookAhead(() => open().version());
  return (name) => {
    const since = properties[name]?.since;
    if (since === undefined || looked === undefined) return since === undefined || olds[name] !== undefined;
    return isAtLeast(looked.answer, since);
  };
}

/** The defaults of the properties that a program left out. */
export function resetValues(
  { properties }: Declaration,
  known: object,
  { unknown }: CheckContext<PocketId>,
  isField: (name: string) => boolean,
): Record<string, unknown> {
  const values = Object.entries(properties).flatMap(([name, { reset }]) => {
    const isGiven = name in known || unknown.includes(name);
    return reset === undefined || isGiven || !isField(name) ? [] : [[name, reset] as const];
  });
  return Object.fromEntries(values);
}
