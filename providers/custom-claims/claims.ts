import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import type { Problem } from "../core/message";
import type { JsonValue } from "../core/schema";
import { differences } from "../core/wire";
import type { Claim } from "../pocket-id";
import { claimValue, givesValue, holdsValue } from "../pocket-id/claim-values";
import type { CustomClaimResult, customClaims, ValueMode } from "./declaration";

type Inputs = InputsOf<typeof customClaims>;

/**
 * Claim names that Pocket ID sets itself; it refuses them as custom claims. `email_verified` since 2.8, `client_id` since
 * 2.13: refused at every version, so that an upgrade changes nothing.
 */
export const RESERVED_CLAIM_KEYS: readonly string[] = (
  "sub iss aud exp iat nbf jti nonce auth_time acr amr azp client_id type " +
  "name given_name family_name display_name preferred_username email email_verified groups"
).split(" ");

/** Pocket ID stores text and reads it as JSON where it can; a string that looks like JSON must be quoted to stay one. */
export function encodeValue(value: JsonValue): string {
  return typeof value === "string" && value !== "" && claimValue(value) === value
    ? value
    : JSON.stringify(value);
}

/** The value that arrives in tokens for a stored text. */
export const decodeValue = (stored: string) => claimValue(stored) as JsonValue;

/** A stored list as it goes into state: decoded, in the order of keys. */
function decodeClaims(stored: readonly Claim[]): { key: string; value: JsonValue }[] {
  const claims = stored.map(({ key, value }) => ({ key, value: decodeValue(value) }));
  return claims.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** Problems that several properties together, or the entries of the list, show. */
export function claimProblems(known: Partial<Inputs>, unknown: readonly string[]): Problem[] {
  const { claims = [], valueMode = "exact", groupId, userId } = known;
  const problems: Problem[] = [];
  const add = (property: keyof Inputs, reason: string) => problems.push({ property, reason });
  const owners = [groupId, userId].filter((id) => id !== undefined).length;
  const later = ["groupId", "userId"].filter((name) => unknown.includes(name)).length;
  if (owners + later === 0) add("groupId", "is missing: give the group, or a userId, that gets the claims");
  if (owners + later === 2) add("userId", "give either groupId or userId, not both");
  for (const [index, { key, value }] of claims.entries()) {
    if (RESERVED_CLAIM_KEYS.includes(key)) {
      add("claims", `'${key}' is set by Pocket ID itself: choose another key`);
    }
    if (claims[index - 1]?.key === key) add("claims", `'${key}' occurs twice: give each key once`);
    if (valueMode !== "exact" && Array.isArray(value)) {
      add(
        "claims",
        `'${key}' has a list as its value, which valueMode '${valueMode}' can't look for: give one value`,
      );
    }
  }
  return problems;
}

type Keyed = Pick<Claim, "key">;

/** Whether one of the keys is in the other list too. */
export function hasOneOf(claims: readonly Keyed[], others: readonly Keyed[]): boolean {
  return others.some(({ key }) => claims.some((claim) => claim.key === key));
}

/** Whether one of the claims was there before; for a shared claim, whether our value was. */
export function wasThere({ claims, valueMode }: Inputs, before: readonly Claim[]): boolean {
  return before.some((live) => {
    const ours = claims.find(({ key }) => key === live.key);
    return ours !== undefined && (valueMode !== "include" || givesValue(live.value, ours.value));
  });
}

/**
 * Those of the stored claims that are ours to manage, as they are now. Other values in a list beside ours aren't; if
 * ours is missing there, so is the claim.
 */
export function managed(stored: readonly Claim[], { claims, mode, valueMode }: Inputs): CustomClaimResult[] {
  return decodeClaims(stored).flatMap((live): CustomClaimResult[] => {
    const ours = claims.find(({ key }) => key === live.key);
    if (ours === undefined) return mode === "exact" ? [live] : [];
    if (isRight(live.value, ours, valueMode)) return [ours];
    if (valueMode === "include" && !holdsValue(live.value, ours.value)) return [];
    return [{ ...ours, value: live.value }];
  });
}

/**
 * The whole list, because Pocket ID has no other write: ours, and with `include` those that were never ours.
 *
 * @param previous the claims that were ours before.
 */
export function listToWrite(
  stored: readonly Claim[],
  { claims, mode, valueMode }: Inputs,
  previous: readonly CustomClaimResult[],
): Claim[] {
  const live = new Map(stored.map(({ key, value }) => [key, decodeValue(value)]));
  const before = new Map(previous.map(({ key, value }) => [key, value]));
  // Additional fields of newer servers are kept.
  const written = (key: string, value: JsonValue | undefined) =>
    value === undefined
      ? []
      : [{ ...stored.find((claim) => claim.key === key), key, value: encodeValue(value) }];
  const ours = claims.flatMap((claim) =>
    written(claim.key, merged(live.get(claim.key), claim, valueMode, before.get(claim.key))),
  );
  const left = previous.flatMap(({ key, value }) => {
    const shared = live.get(key);
    const isDropped = valueMode === "include" && shared !== undefined && !hasOneOf(claims, [{ key }]);
    return isDropped ? written(key, without(shared, value)) : [];
  });
  const others =
    mode === "exact" ? [] : stored.filter((claim) => !hasOneOf([...claims, ...previous], [claim]));
  return [...others, ...left, ...ours];
}

/** What a first write would change, as text. */
export function changesIn(stored: readonly Claim[], inputs: Inputs): string[] {
  const [is, should] = [stored, listToWrite(stored, inputs, [])].map((list) =>
    Object.fromEntries(list.map(({ key, value }) => [key, decodeValue(value)])),
  );
  const added = Object.fromEntries(inputs.claims.map(({ key }) => [key, undefined]));
  return differences({ ...added, ...is }, should ?? {});
}

/** Whether two lists arrive as the same claims. */
export function isSame(one: readonly Claim[], other: readonly Claim[]): boolean {
  return isDeepStrictEqual(decodeClaims(one), decodeClaims(other));
}

/** Why claims can't be adopted, or undefined. */
export function takeoverProblem(what: string, before: readonly Claim[], inputs: Inputs): string | undefined {
  const { adopt, claims, mode, valueMode } = inputs;
  if (adopt === "must" && !hasOneOf(claims, before)) {
    return `${what} has none of these claims to adopt: set adopt: "ifExists" to create them`;
  }
  // Those of which a write would lose something.
  const taken = before.filter(({ key, value }) => {
    const ours = claims.find((claim) => claim.key === key);
    return ours === undefined ? mode === "exact" : loses(decodeValue(value), ours, valueMode);
  });
  if (taken.length === 0 || adopt === "ifExists" || adopt === "must") return undefined;
  const list = taken.map(({ key, value }) => `${key} = ${value}`).join(", ");
  return (
    `${what} has other claims already (${list}): set adopt: "ifExists" to overwrite them, mode: "include" to leave other ` +
    'keys alone, or valueMode: "include" to leave other values of a list alone'
  );
}

/** Whether a live value is right. */
function isRight(live: JsonValue | undefined, wanted: CustomClaimResult, mode: ValueMode): boolean {
  if (isDeepStrictEqual(live, wanted.value)) return true;
  if (mode === "exact" || !Array.isArray(live)) return false;
  return has(live, wanted.value) && !live.some((one) => has(wanted.excludes ?? [], one));
}

/**
 * The value to be written.
 *
 * @param previous our previous value, which is removed.
 */
function merged(
  live: JsonValue | undefined,
  wanted: CustomClaimResult,
  mode: ValueMode,
  previous?: JsonValue,
): JsonValue {
  const { value, excludes = [] } = wanted;
  if (mode !== "include") return live !== undefined && isRight(live, wanted, mode) ? live : value;
  const replaced = previous === undefined || isDeepStrictEqual(previous, value) ? [] : [previous];
  // Ours can't be added to anything but a text or list, which is replaced.
  const values = Array.isArray(live) ? live : typeof live === "string" ? [live] : [];
  const kept = values.filter((one) => !has([...excludes, ...replaced], one));
  if (has(kept, value)) return Array.isArray(live) ? kept : value;
  return kept.length === 0 ? value : [...kept, value];
}

/** What is left of a value without ours; undefined for nothing. */
function without(live: JsonValue, ours: JsonValue): JsonValue | undefined {
  if (isDeepStrictEqual(live, ours)) return undefined;
  if (!Array.isArray(live)) return live;
  const kept = live.filter((one) => !isDeepStrictEqual(one, ours));
  return kept.length === 0 ? undefined : kept;
}

/** Whether a write would lose something of the live value. */
function loses(live: JsonValue, wanted: CustomClaimResult, mode: ValueMode): boolean {
  if (mode !== "include") return !isRight(live, wanted, mode);
  const written = merged(live, wanted, mode);
  return !(Array.isArray(live) ? live : [live]).every((one) => holdsValue(written, one));
}

const has = (list: readonly JsonValue[], value: JsonValue) =>
  list.some((one) => isDeepStrictEqual(one, value));
