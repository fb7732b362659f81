import { randomUUID } from "node:crypto";
import { accessDenied, scopesRequired, somethingWentWrong } from "./errors";
import { findClient } from "./oidc-clients";
import { type Call, ok, type Reply, route } from "./routes";
import type { OidcClient, Store, User } from "./store";
import { findUser } from "./users";

export const claimsPreviewRoutes = [route("GET /api/oidc/clients/:id/preview/:userId", preview)];

type Claims = Record<string, unknown>;

/** The contents of the tokens that a login would get. */
function preview(call: Call): Reply {
  const scopes = call.query.get("scopes") ?? "";
  if (scopes === "") throw scopesRequired();
  const client = findClient(call);
  const user = findUser(call, "userId");
  if (!mayLogIn(call.store, user, client)) throw accessDenied();
  const userInfo = userClaims(call, user, new Set(scopes.split(" ")));
  const about = standardClaims(call, client, user);
  const idToken = { ...userInfo, ...about, jti: randomUUID() };
  const accessToken = { ...about, jti: randomUUID() };
  if (call.version === "2.9")
    return ok({
      idToken: { ...idToken, type: "id-token" },
      accessToken: { ...accessToken, type: "oauth-access-token" },
      userInfo,
    });
  return ok({
    idToken: { ...idToken, type: "id-token" },
    accessToken: { ...accessToken, aud: [client.id, call.issuer], scope: scopes, scp: scopes.split(" ") },
    // The server uses the same object for the ID token's claims.
    userInfo: { ...userInfo, type: "id-token" },
  });
}

/** Without the restriction the list has no effect; with it, an empty list lets nobody in. */
function mayLogIn(store: Store, user: User, client: OidcClient): boolean {
  if (!client.isGroupRestricted) return true;
  const allowed = new Set(store.groupsAllowedIn(client.id).map((group) => group.id));
  return store.groupsOf(user.id).some((group) => allowed.has(group.id));
}

function userClaims({ store, issuer }: Call, user: User, scopes: ReadonlySet<string>): Claims {
  const claims: Claims = { sub: user.id };
  if (scopes.has("groups")) claims["groups"] = store.groupsOf(user.id).map((group) => group.name);
  if (scopes.has("profile")) {
    for (const [key, value] of customClaims(store, user)) {
      claims[key] = parsed(value);
      // Pocket ID can't read a null back from the token it built: the preview fails although a login would succeed.
      if (claims[key] === null) throw somethingWentWrong();
    }
    claims["given_name"] = user.firstName;
    claims["family_name"] = user.lastName;
    claims["name"] = fullName(user);
    claims["display_name"] = user.displayName;
    claims["preferred_username"] = user.username;
    claims["picture"] = `${issuer}/api/users/${user.id}/profile-picture.png`;
  }
  if (scopes.has("email")) {
    claims["email"] = user.email;
    claims["email_verified"] = user.emailVerified;
  }
  return claims;
}

/** The user's own claim takes precedence, then the group with the smallest ID. Values are never merged. */
function customClaims(store: Store, user: User): Map<string, string> {
  const claims = new Map<string, string>();
  for (const owner of [user, ...store.groupsOf(user.id)]) {
    for (const { key, value } of owner.claims) if (!claims.has(key)) claims.set(key, value);
  }
  return claims;
}

/** A value that is JSON is parsed; any other is text. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function fullName(user: User): string {
  return `${user.firstName} ${user.lastName}`.trim() || user.displayName || user.username;
}

function standardClaims({ issuer }: Call, client: OidcClient, user: User): Claims {
  const [iat, exp] = [0, 3_600_000].map((later) => new Date(Date.now() + later).toISOString());
  return { aud: [client.id], exp, iat, iss: issuer, sub: user.id };
}
