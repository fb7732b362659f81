import { duplicateClaim, notFound, reservedClaim, somethingWentWrong, unreadableBody } from "./errors";
import { Fields } from "./fields";
import { type Call, ok, type Reply, route } from "./routes";
import type { Claim } from "./store";
import { Validation } from "./validation";
import { type PocketIdVersion, asStored } from "./versions";

export const customClaimRoutes = [
  route("GET /api/custom-claims/suggestions", suggestions),
  route("PUT /api/custom-claims/user/:id", (call) => replace(call, "User", call.store.state.users)),
  route("PUT /api/custom-claims/user-group/:id", (call) =>
    replace(call, "User group", call.store.state.groups),
  ),
];

const reserved = new Set(
  (
    "given_name family_name name email email_verified preferred_username display_name groups type " +
    "sub iss aud exp iat auth_time nonce acr amr azp nbf jti"
  ).split(" "),
);

const isReserved = (key: string, version: PocketIdVersion): boolean =>
  reserved.has(key) || (version !== "2.9" && key === "client_id");

/** The keys in use, the most frequent first. */
function suggestions({ store }: Call): Reply {
  const counts = new Map<string, number>();
  for (const { claims } of [...store.state.users, ...store.state.groups]) {
    for (const { key } of claims) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const keys = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key);
  return ok(keys);
}

function replace(call: Call, kind: "User" | "User group", owners: { id: string; claims: Claim[] }[]): Reply {
  const claims = readClaims(call);
  const owner = owners.find((each) => each.id === call.param("id"));
  if (!owner && call.version !== "2.9") throw notFound(kind);
  const keys = claims.map(({ key }) => key);
  const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
  if (duplicate !== undefined) throw duplicateClaim(duplicate);
  for (const key of keys) {
    if (isReserved(key, call.version)) throw reservedClaim(key);
    // v2.9 doesn't look for the owner: an empty list succeeds, and any claim breaks a foreign key.
    if (!owner) throw somethingWentWrong();
  }
  if (!owner) return ok([]);
  owner.claims = merged(owner.claims, claims);
  return ok(owner.claims);
}

function readClaims({ json, version }: Call): Claim[] {
  const body = json();
  if (body === null) return [];
  if (!Array.isArray(body)) throw unreadableBody();
  const claims = body.map((item) => {
    const fields = new Fields(item);
    return { key: fields.text("key"), value: fields.text("value") };
  });
  for (const { key, value } of claims) {
    // Only the first invalid claim is reported.
    new Validation()
      .text("Key", "key", key, { required: true })
      .text("Value", "value", value, { required: true })
      .done();
  }
  return claims.map(({ key, value }) => ({ key: asStored(key, version), value: asStored(value, version) }));
}

/** Claims that stay keep their place; new ones follow. */
function merged(before: readonly Claim[], wanted: readonly Claim[]): Claim[] {
  const kept = before.flatMap((old) => wanted.filter((claim) => claim.key === old.key));
  return [...kept, ...wanted.filter((claim) => !kept.includes(claim))];
}
