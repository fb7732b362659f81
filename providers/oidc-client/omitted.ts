import type { Fields, InputsOf, Properties } from "../core/declare";
import type { CheckContext } from "../core/handler";
import { lookAhead } from "../core/preview";
import { isAtLeast, type PocketId } from "../pocket-id";
import { oidcClient } from "./declaration";

type Options = Pick<Partial<InputsOf<typeof oidcClient>>, "omitted" | "firstParty">;

/** Whether the server has a property's field. */
type HasField = (name: string, since: string | undefined) => boolean;

/** For a server of this version. */
export const fieldsAt =
  (version: string): HasField =>
  (_name, since) =>
    since === undefined || isAtLeast(version, since);

/**
 * For the server of this stack. It is asked only if something is new, so that a preview without changes asks nothing: state
 * has the fields of the last time, and a refresh adds those that the server got since. If it can't be reached, fields that
 * every server has, and those in state.
 */
export async function fieldsOf(
  { omitted, firstParty }: Options,
  { creating, olds, open }: CheckContext<PocketId>,
): Promise<HasField> {
  const isNew = creating || olds["omitted"] !== omitted || olds["firstParty"] !== firstParty;
  const hasDefaults = omitted === "reset" || firstParty === true;
  const looked = isNew && hasDefaults ? await lookAhead(() => open().version()) : undefined;
  if (looked !== undefined) return fieldsAt(looked.answer);
  return (name, since) => since === undefined || olds[name] !== undefined;
}

/** The defaults of the properties that a program left out. */
export function resetValues({ omitted, firstParty }: Options, hasField: HasField): Fields {
  const properties: Properties = oidcClient.properties;
  const values = Object.entries(properties).flatMap(([name, { reset, trusted, since }]) => {
    if (!hasField(name, since)) return [];
    if (firstParty === true && trusted !== undefined) return [[name, trusted] as const];
    return omitted === "reset" && reset !== undefined ? [[name, reset] as const] : [];
  });
  return Object.fromEntries(values);
}
