import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import type { Problem } from "../core/problems";
import type { Claim } from "../pocket-id";
import type { customClaims } from "./declaration";
import { decodeClaims, encodeValue, RESERVED_CLAIM_KEYS } from "./wire";

type Inputs = InputsOf<typeof customClaims>;

interface Keyed {
  readonly key: string;
}

/** What several properties together, or the entries of the list, tell. */
export function claimProblems({ groupId, userId, claims = [] }: Partial<Inputs>): Problem[] {
  const both =
    groupId !== undefined && userId !== undefined
      ? [{ property: "userId", reason: "give either groupId or userId, not both" }]
      : [];
  const ofList = claims.flatMap(({ key }, index) => [
    ...(RESERVED_CLAIM_KEYS.includes(key)
      ? [`'${key}' is filled by Pocket ID itself: choose another key`]
      : []),
    ...(claims[index - 1]?.key === key ? [`'${key}' is there twice: each key may have one value`] : []),
  ]);
  return [...both, ...ofList.map((reason) => ({ property: "claims", reason }))];
}

/** Whether one of the keys is in the other list too. */
export function hasOneOf(claims: readonly Keyed[], others: readonly Keyed[]): boolean {
  return others.some(({ key }) => claims.some((claim) => claim.key === key));
}

/** Those of the stored claims that are ours to manage, as they are now. */
export function managed(stored: readonly Claim[], { claims, mode }: Inputs) {
  const ours =
    mode === "exact" ? stored : stored.filter(({ key }) => claims.some((claim) => claim.key === key));
  return decodeClaims(ours);
}

/** Stored claims that a write would change or remove. */
export function overwritten(stored: readonly Claim[], { claims, mode }: Inputs): Claim[] {
  const wanted = new Map(claims.map(({ key, value }) => [key, value]));
  return stored.filter((claim) => {
    if (!wanted.has(claim.key)) return mode === "exact";
    return !isDeepStrictEqual(decodeClaims([claim])[0]?.value, wanted.get(claim.key));
  });
}

/** The whole list, as there is no other write: ours, and in mode `include` those that are there and were never ours. */
export function listToWrite(
  stored: readonly Claim[],
  { claims, mode }: Inputs,
  previous: readonly Keyed[],
): Claim[] {
  const ours = claims.map(({ key, value }) => ({ key, value: encodeValue(value) }));
  const others = mode === "exact" ? [] : stored.filter((claim) => !hasOneOf([...ours, ...previous], [claim]));
  return [...others, ...ours];
}
