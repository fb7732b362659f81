import { randomUUID } from "node:crypto";
import { invalid, notFound, ok, Problem, type Reply, somethingWentWrong } from "./answers";
import { list, object, parseJson, read, ruled, text } from "./bodies";
import { findClient } from "./oidc-clients";
import { type Call, route } from "./routes";
import { asStored } from "./schemas";
import type { Claim, OidcClient, Store, User } from "./store";
import { findUser } from "./users";

export const claimRoutes = [
  route("GET /api/custom-claims/suggestions", suggestions),
  route("PUT /api/custom-claims/user/:id", (call) => replace(call, "User", call.store.state.users)),
  route("PUT /api/custom-claims/user-group/:id", (call) =>
    replace(call, "User group", call.store.state.groups),
  ),
  route("GET /api/oidc/clients/:id/preview/:userId", preview),
];

/** The keys in use, the most frequent first. */
function suggestions({ store }: Call): Reply {
  const counts = new Map<string, number>();
  for (const { claims } of [...store.state.users, ...store.state.groups]) {
    for (const { key } of claims) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const keys = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key);
  return ok(keys);
}

const reserved = (
  "given_name family_name name email email_verified preferred_username display_name groups type " +
  "sub iss aud exp iat auth_time nonce acr amr azp nbf jti"
).split(" ");

const required = ruled({ required: true });
const completeClaim = object({ key: required, value: required });

function replace(call: Call, kind: "User" | "User group", owners: { id: string; claims: Claim[] }[]): Reply {
  const sent = call.read(list(object({ key: text, value: text })));
  // One at a time, since only the first invalid claim is reported.
  for (const claim of sent) read(completeClaim, claim);
  const stored = asStored(call.version);
  const claims = sent.map(({ key, value }) => ({ key: stored(key), value: stored(value) }));

  const owner = owners.find((each) => each.id === call.param("id"));
  if (!owner && call.version !== "2.9") throw notFound(kind);
  const keys = claims.map(({ key }) => key);
  const duplicate = keys.find((key, index) => keys.indexOf(key) !== index);
  if (duplicate !== undefined)
    throw refused(duplicate, "is already defined", "duplicate", "is listed more than once");
  for (const key of keys) {
    if (reserved.includes(key) || (call.version !== "2.9" && key === "client_id"))
      throw refused(key, "is reserved and can't be used", "reserved", "is reserved");
    // v2.9 doesn't look for the owner: an empty list succeeds, and any claim breaks a foreign key.
    if (!owner) throw somethingWentWrong();
  }
  if (!owner) return ok([]);
  // Claims that stay keep their place; new ones follow.
  const kept = owner.claims.flatMap((old) => claims.filter((claim) => claim.key === old.key));
  owner.claims = [...kept, ...claims.filter((claim) => !kept.includes(claim))];
  return ok(owner.claims);
}

function refused(key: string, text: string, code: string, message: string): Problem {
  const details = { key, fields: [{ field: "key", code, message }] };
  return new Problem(400, `Claim ${key} ${text}`, `${code}_claim`, { details });
}

type Claims = Record<string, unknown>;

/** The contents of the tokens that a login would get. */
function preview(call: Call): Reply {
  const scopes = call.query.get("scopes") ?? "";
  if (scopes === "") {
    const missing = { field: "scopes", code: "required", message: "is required" };
    throw invalid([missing], "Scopes are required");
  }
  const client = findClient(call);
  const user = findUser(call, "userId");
  if (!mayLogIn(call.store, user, client))
    throw new Problem(403, "You're not allowed to access this service", "oidc_access_denied");
  const userInfo = userClaims(call, user, new Set(scopes.split(" ")));
  const [iat, exp] = [0, 3_600_000].map((later) => new Date(Date.now() + later).toISOString());
  const about = { aud: [client.id], exp, iat, iss: call.issuer, sub: user.id };
  const idToken = { ...userInfo, ...about, jti: randomUUID(), type: "id-token" };
  const accessToken = { ...about, jti: randomUUID() };
  return ok(
    call.version === "2.9"
      ? { idToken, accessToken: { ...accessToken, type: "oauth-access-token" }, userInfo }
      : {
          idToken,
          accessToken: {
            ...accessToken,
            aud: [client.id, call.issuer],
            scope: scopes,
            scp: scopes.split(" "),
          },
          // The server uses the same object for the ID token's claims.
          userInfo: { ...userInfo, type: "id-token" },
        },
  );
}

/** Without the restriction the list has no effect; with it, an empty list lets nobody in. */
function mayLogIn(store: Store, user: User, client: OidcClient): boolean {
  if (!client.isGroupRestricted) return true;
  const allowed = new Set(store.allowing.groupsOf(client.id).map((group) => group.id));
  return store.members.groupsOf(user.id).some((group) => allowed.has(group.id));
}

function userClaims({ store, issuer }: Call, user: User, scopes: ReadonlySet<string>): Claims {
  const claims: Claims = { sub: user.id };
  if (scopes.has("groups")) claims["groups"] = store.members.groupsOf(user.id).map((group) => group.name);
  if (scopes.has("profile")) {
    for (const [key, value] of customClaims(store, user)) {
      const json = parseJson(value);
      claims[key] = json === undefined ? value : json;
      // Pocket ID can't read a null back from the token it built: the preview fails although a login would succeed.
      if (claims[key] === null) throw somethingWentWrong();
    }
    Object.assign(claims, {
      given_name: user.firstName,
      family_name: user.lastName,
      name: `${user.firstName} ${user.lastName}`.trim() || user.displayName || user.username,
      display_name: user.displayName,
      preferred_username: user.username,
      picture: `${issuer}/api/users/${user.id}/profile-picture.png`,
    });
  }
  if (scopes.has("email")) Object.assign(claims, { email: user.email, email_verified: user.emailVerified });
  return claims;
}

/** The user's own claim takes precedence, then the group with the smallest ID. Values are never merged. */
function customClaims(store: Store, user: User): Map<string, string> {
  const claims = new Map<string, string>();
  for (const owner of [user, ...store.members.groupsOf(user.id)]) {
    for (const { key, value } of owner.claims) if (!claims.has(key)) claims.set(key, value);
  }
  return claims;
}
