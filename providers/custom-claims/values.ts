import { isDeepStrictEqual } from "node:util";
import { choice, type JsonValue } from "../core/schema";
import { holdsValue } from "../pocket-id/claim-values";

/**
 * What a claim's value may be beside ours: `exact`, nothing; `accept`, a list that has ours and other values is fine too;
 * `include`, ours is added to the values that are there, and only ours is taken away again.
 */
export type ValueMode = "exact" | "accept" | "include";

/** The property with which programs choose. */
export const valueMode = {
  schema: choice<ValueMode>(["exact", "accept", "include"]),
  default: "exact",
} as const;

/** The value that a claim should have. */
export interface Wanted {
  readonly value: JsonValue;
  readonly excludes?: readonly JsonValue[] | undefined;
}

/** Whether a live value needs no write. */
export function isRight(live: JsonValue | undefined, wanted: Wanted, mode: ValueMode): boolean {
  if (isDeepStrictEqual(live, wanted.value)) return true;
  if (mode === "exact" || !Array.isArray(live)) return false;
  return has(live, wanted.value) && !live.some((one) => has(wanted.excludes ?? [], one));
}

/**
 * The value to be written.
 *
 * @param previous our previous value, which is removed.
 */
export function merged(
  live: JsonValue | undefined,
  wanted: Wanted,
  mode: ValueMode,
  previous?: JsonValue,
): JsonValue {
  const { value, excludes = [] } = wanted;
  if (mode !== "include") return live !== undefined && isRight(live, wanted, mode) ? live : value;
  const replaced = previous === undefined || isDeepStrictEqual(previous, value) ? [] : [previous];
  const kept = valuesIn(live).filter((one) => !has([...excludes, ...replaced], one));
  if (has(kept, value)) return Array.isArray(live) ? kept : value;
  return kept.length === 0 ? value : [...kept, value];
}

/** What is left of a value without ours; undefined for nothing. */
export function without(live: JsonValue, ours: JsonValue): JsonValue | undefined {
  if (isDeepStrictEqual(live, ours)) return undefined;
  if (!Array.isArray(live)) return live;
  const kept = live.filter((one) => !isDeepStrictEqual(one, ours));
  return kept.length === 0 ? undefined : kept;
}

/** Whether a write would lose something of the live value. */
export function loses(live: JsonValue, wanted: Wanted, mode: ValueMode): boolean {
  if (mode !== "include") return !isRight(live, wanted, mode);
  const written = merged(live, wanted, mode);
  return !(Array.isArray(live) ? live : [live]).every((one) => holdsValue(written, one));
}

/** The values of a text or list. Ours can't be added to anything else, which is replaced. */
function valuesIn(live: JsonValue | undefined): JsonValue[] {
  if (Array.isArray(live)) return live;
  return typeof live === "string" ? [live] : [];
}

function has(list: readonly JsonValue[], value: JsonValue): boolean {
  return list.some((one) => isDeepStrictEqual(one, value));
}
