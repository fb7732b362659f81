import type { PocketId } from "../pocket-id";
import { isAtLeast } from "../pocket-id/server-version";
import type { Declaration } from "./declare";
import type { CheckContext } from "./handler";
import { lookAhead } from "./preview";
import { choice } from "./schema";

/** What happens to properties that a program leaves out: `keep`, they aren't managed; `reset`, they get Pocket ID's defaults. */
export type Omitted = "keep" | "reset";

/** The property with which programs choose. */
export const omitted = {
  schema: choice<Omitted>(["keep", "reset"]),
  default: "keep",
  compared: false,
} as const;

/** Properties that control what happens to others that are left out. */
export interface OmittedOptions {
  readonly omitted?: Omitted;
  /** The client is the company's own. */
  readonly firstParty?: boolean;
}

/** Whether the server has a property's field. */
export type HasField = (name: string) => boolean;

/** For a server of this version. */
export function fieldsAt({ properties }: Declaration, version: string): HasField {
  return (name) => {
    const since = properties[name]?.since;
    return since === undefined || isAtLeast(version, since);
  };
}

/**
 * For the server of this stack. It is asked only if something is new, so that a preview without changes asks nothing: state
 * has the fields of the last time, and a refresh adds those that the server got since. If it can't be reached, fields that
 * every server has, and those in state.
 */
export async function fieldsOf(
  declaration: Declaration,
  known: OmittedOptions,
  { creating, olds, open }: CheckContext<PocketId>,
): Promise<HasField> {
  const { omitted: before, firstParty: wasFirstParty }: OmittedOptions = olds;
  const isNew = creating || before !== known.omitted || wasFirstParty !== known.firstParty;
  const hasDefaults = known.omitted === "reset" || known.firstParty === true;
  const looked = isNew && hasDefaults ? await lookAhead(() => open().version()) : undefined;
  if (looked !== undefined) return fieldsAt(declaration, looked.answer);
  return (name) => declaration.properties[name]?.since === undefined || olds[name] !== undefined;
}

/** The defaults of the properties that a program left out. */
export function resetValues(
  { properties }: Declaration,
  { omitted: choice, firstParty }: OmittedOptions,
  hasField: HasField,
): Record<string, unknown> {
  const values = Object.entries(properties).flatMap(([name, { reset, trusted }]) => {
    if (!hasField(name)) return [];
    if (firstParty === true && trusted !== undefined) return [[name, trusted] as const];
    return choice === "reset" && reset !== undefined ? [[name, reset] as const] : [];
  });
  return Object.fromEntries(values);
}
