import type { OidcClient, Store, User, UserGroup } from "./store";
import { toSeconds } from "./times";
import type { PocketIdVersion } from "./versions";

/** A group inside another object: its claims and members are not loaded there, so they look empty. */
export function nestedGroup(group: UserGroup): Record<string, unknown> {
  const { id, friendlyName, name, ldapId, createdAt } = group;
  return { id, friendlyName, name, customClaims: [], userCount: 0, ldapId, createdAt: toSeconds(createdAt) };
}

/** A row of the list of groups. */
export function listedGroup(store: Store, group: UserGroup): Record<string, unknown> {
  return { ...nestedGroup(group), customClaims: group.claims, userCount: store.membersOf(group.id).length };
}

/** A group by itself. */
export function fullGroup(store: Store, group: UserGroup, version: PocketIdVersion): Record<string, unknown> {
  const { id, friendlyName, name, claims, ldapId, createdAt } = group;
  return {
    id,
    friendlyName,
    name,
    customClaims: claims,
    ldapId,
    createdAt: toSeconds(createdAt),
    users: store.membersOf(id).map(nestedUser),
    allowedOidcClients: store.clientsAllowedFor(id).map((client) => clientMeta(client, version)),
  };
}

/** A user inside a group. */
export function nestedUser(user: User): Record<string, unknown> {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    emailVerified: user.emailVerified,
    firstName: user.firstName,
    lastName: user.lastName,
    displayName: user.displayName,
    isAdmin: user.isAdmin,
    locale: user.locale,
    customClaims: [],
    userGroups: [],
    ldapId: user.ldapId,
    disabled: user.disabled,
  };
}

/** A user by itself or in the list of users. */
export function fullUser(store: Store, user: User): Record<string, unknown> {
  return {
    ...nestedUser(user),
    customClaims: user.claims,
    userGroups: store.groupsOf(user.id).map(nestedGroup),
  };
}

/** What anybody may know of a client. */
export function clientMeta(client: OidcClient, version: PocketIdVersion): Record<string, unknown> {
  const { id, name, description, launchURL, requiresReauthentication } = client;
  const meta = { id, name, hasLogo: false, hasDarkLogo: false, launchURL, requiresReauthentication };
  return version === "2.9" ? meta : { ...meta, description, clientType: "standard" };
}

/** A client without its groups: no answer has it so but the one to a change of these. */
export function clientWithoutGroups(client: OidcClient, version: PocketIdVersion): Record<string, unknown> {
  const fields = {
    ...clientMeta(client, version),
    callbackURLs: client.callbackURLs,
    logoutCallbackURLs: client.logoutCallbackURLs,
    isPublic: client.isPublic,
    pkceEnabled: client.pkceEnabled,
    requiresPushedAuthorizationRequests: client.requiresPushedAuthorizationRequests,
    credentials: credentials(client, version),
    isGroupRestricted: client.isGroupRestricted,
  };
  if (version === "2.9") return fields;
  const { skipConsent, accessTokenDurationMinutes, refreshTokenDurationMinutes } = client;
  return { ...fields, skipConsent, accessTokenDurationMinutes, refreshTokenDurationMinutes };
}

/** Empty texts are left out of a federated identity, and an empty list of these altogether. */
function credentials(client: OidcClient, version: PocketIdVersion): Record<string, unknown> {
  const identities = client.federatedIdentities.map(({ issuer, replayProtection, ...optional }) => ({
    issuer,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== "")),
    ...(version === "2.9" ? {} : { replayProtection }),
  }));
  return {
    ...(identities.length > 0 ? { federatedIdentities: identities } : {}),
    ...(version === "2.9" ? {} : { secrets: client.secrets.map(clientSecret) }),
  };
}

/** A secret without its value (v2.14). */
export function clientSecret(secret: OidcClient["secrets"][number]): Record<string, unknown> {
  const isActive = secret.expiresAt === null || Date.parse(secret.expiresAt) > Date.now();
  return { ...secret, isActive };
}
