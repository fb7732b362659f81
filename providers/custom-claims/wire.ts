import type { JsonValue } from "../core/schema";
import type { Claim } from "../pocket-id";
import { claimValue } from "../pocket-id/claim-values";

/**
 * Claim names that Pocket ID fills itself; it refuses them as custom claims. `email_verified` since 2.8, `client_id` since
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
export function decodeValue(stored: string): JsonValue {
  return claimValue(stored) as JsonValue;
}

/** A stored list as it goes into state: decoded, in the order of keys. */
export function decodeClaims(stored: readonly Claim[]): { key: string; value: JsonValue }[] {
  const claims = stored.map(({ key, value }) => ({ key, value: decodeValue(value) }));
  return claims.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
