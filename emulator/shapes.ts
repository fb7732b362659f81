import type { PocketIdVersion } from "./answers";
import type { OidcClient, Store, User, UserGroup } from "./store";

/** An object in an answer; JSON has no fields that are undefined. */
type Shape = Record<string, unknown>;

/** The database keeps whole seconds. */
const toSeconds = (time: string): string => `${time.slice(0, 19)}Z`;

/** A group inside another object: its claims and members aren't loaded there, so they look empty. */
export function nestedGroup(group: UserGroup): Shape {
  const createdAt = toSeconds(group.createdAt);
  return { ...group, claims: undefined, customClaims: [], userCount: 0, createdAt };
}

/** A row of the list of groups. */
export function listedGroup(group: UserGroup & { userCount: number }): Shape {
  return { ...nestedGroup(group), customClaims: group.claims, userCount: group.userCount };
}

/** A group by itself. */
export function fullGroup(store: Store, { claims, ...group }: UserGroup, version: PocketIdVersion): Shape {
  return {
    ...group,
    customClaims: claims,
    createdAt: toSeconds(group.createdAt),
    users: store.members.of(group.id).map(nestedUser),
    allowedOidcClients: store.allowing.of(group.id).map((client) => clientMeta(client, version)),
  };
}

/** A user inside a group. */
function nestedUser(user: User): Shape {
  return { ...user, claims: undefined, createdAt: undefined, customClaims: [], userGroups: [] };
}

/** A user by itself or in the list of users. */
export function fullUser(store: Store, user: User): Shape {
  const userGroups = store.members.groupsOf(user.id).map(nestedGroup);
  return { ...nestedUser(user), customClaims: user.claims, userGroups };
}

/** The public part of a client. */
export function clientMeta(client: OidcClient, version: PocketIdVersion): Shape {
  const { id, name, description, launchURL, requiresReauthentication } = client;
  const meta = { id, name, hasLogo: false, hasDarkLogo: false, launchURL, requiresReauthentication };
  return version === "2.9" ? meta : { ...meta, description, clientType: "standard" };
}

/** A client without its groups, which only the answer to a change of them lacks. */
export function clientWithoutGroups(client: OidcClient, version: PocketIdVersion): Shape {
  const newer = ["description", "skipConsent", "accessTokenDurationMinutes", "refreshTokenDurationMinutes"];
  const hidden = ["createdAt", "secrets", "federatedIdentities", ...(version === "2.9" ? newer : [])];
  return {
    ...Object.fromEntries(Object.entries(client).filter(([name]) => !hidden.includes(name))),
    ...clientMeta(client, version),
    credentials: credentials(client, version),
  };
}

/** Empty texts of a federated identity are omitted, and so is an empty list of identities. */
function credentials(client: OidcClient, version: PocketIdVersion): Shape {
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
export function clientSecret(secret: OidcClient["secrets"][number]): Shape {
  const isActive = secret.expiresAt === null || Date.parse(secret.expiresAt) > Date.now();
  return { ...secret, isActive };
}
