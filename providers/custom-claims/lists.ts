import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import type { Problem } from "../core/problems";
import type { JsonValue } from "../core/schema";
import { differences } from "../core/wire";
import type { Claim } from "../pocket-id";
import { givesValue, holdsValue } from "../pocket-id/claim-values";
import type { CustomClaimResult, customClaims } from "./declaration";
import { isRight, loses, merged, without } from "./values";
import { decodeClaims, decodeValue, encodeValue, RESERVED_CLAIM_KEYS } from "./wire";

type Inputs = InputsOf<typeof customClaims>;

interface Keyed {
  readonly key: string;
}

/** Problems that several properties together, or the entries of the list, show. */
export function claimProblems(known: Partial<Inputs>, unknown: readonly string[]): Problem[] {
  const { claims = [], valueMode = "exact" } = known;
  const ofList = claims.flatMap(({ key, value }, index) => [
    ...(RESERVED_CLAIM_KEYS.includes(key)
      ? [`'${key}' is filled by Pocket ID itself: choose another key`]
      : []),
    ...(claims[index - 1]?.key === key ? [`'${key}' is there twice: give each key once`] : []),
    ...(valueMode !== "exact" && Array.isArray(value)
      ? [`'${key}' has a list as its value, which valueMode '${valueMode}' can't look for: give one value`]
      : []),
  ]);
  return [...ownerProblems(known, unknown), ...ofList.map((reason) => ({ property: "claims", reason }))];
}

function ownerProblems({ groupId, userId }: Partial<Inputs>, unknown: readonly string[]): Problem[] {
  const owners = [groupId, userId].filter((id) => id !== undefined).length;
  const later = ["groupId", "userId"].filter((name) => unknown.includes(name)).length;
  if (owners + later === 1) return [];
  return owners + later === 0
    ? [{ property: "groupId", reason: "is missing: give the group, or a userId, that gets the claims" }]
    : [{ property: "userId", reason: "give either groupId or userId, not both" }];
}

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

/** Stored claims of which a write would lose something. */
export function overwritten(stored: readonly Claim[], { claims, mode, valueMode }: Inputs): Claim[] {
  return stored.filter(({ key, value }) => {
    const ours = claims.find((claim) => claim.key === key);
    return ours === undefined ? mode === "exact" : loses(decodeValue(value), ours, valueMode);
  });
}

/**
 * The whole list, as Pocket ID has no other write: ours, and in mode `include` those that are there and were never ours.
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
  // Fields that a newer server has beside key and value are kept.
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

/** Why claims can't be taken over, or undefined. */
export function takeoverProblem(what: string, before: readonly Claim[], inputs: Inputs): string | undefined {
  const { adopt, claims } = inputs;
  if (adopt === "must" && !hasOneOf(claims, before)) {
    return `${what} has none of these claims to adopt: set adopt: "ifExists" to create them`;
  }
  const taken = overwritten(before, inputs);
  if (taken.length === 0 || adopt === "ifExists" || adopt === "must") return undefined;
  const list = taken.map(({ key, value }) => `${key} = ${value}`).join(", ");
  return (
    `${what} has other claims already (${list}): set adopt: "ifExists" to overwrite them, mode: "include" to leave other ` +
    'keys alone, or valueMode: "include" to leave other values of a list alone'
  );
}
