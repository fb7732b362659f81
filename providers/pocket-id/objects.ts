import { z } from "zod";

/**
 * The objects of Pocket ID's REST API, as far as we use them. Fields that we do not know are kept: an update must send
 * them back, or Pocket ID resets them.
 */

export const claim = z.looseObject({ key: z.string(), value: z.string() });

/** A user group as lists show it. */
export const userGroup = z.looseObject({
  id: z.string(),
  name: z.string(),
  friendlyName: z.string(),
  /** Set when the group comes from LDAP; we never write such a group. */
  ldapId: z.string().nullish(),
  /** Only lists show it. */
  userCount: z.number().nullish(),
  customClaims: z.array(claim).nullish(),
});

export const user = z.looseObject({
  id: z.string(),
  username: z.string(),
  email: z.string().nullish(),
  displayName: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  isAdmin: z.boolean(),
  disabled: z.boolean().nullish(),
  ldapId: z.string().nullish(),
  /** Missing in users inside a group. */
  userGroups: z.array(z.looseObject({ id: z.string() })).nullish(),
  customClaims: z.array(claim).nullish(),
});

/** A user group by itself: with its members, and the clients that they may use. */
export const userGroupWithMembers = userGroup.extend({
  users: z.array(user),
  allowedOidcClients: z.array(z.looseObject({ id: z.string() })).nullish(),
});

export const federatedIdentity = z.looseObject({ issuer: z.string() });

/** An OIDC client as lists show it. */
export const oidcClient = z.looseObject({
  id: z.string(),
  name: z.string(),
  callbackURLs: z.array(z.string()).nullish(),
  logoutCallbackURLs: z.array(z.string()).nullish(),
  isPublic: z.boolean(),
  pkceEnabled: z.boolean(),
  isGroupRestricted: z.boolean(),
  credentials: z.looseObject({ federatedIdentities: z.array(federatedIdentity).nullish() }).nullish(),
});

/** An OIDC client by itself: with the groups that are allowed while it is restricted. */
export const oidcClientWithGroups = oidcClient.extend({ allowedUserGroups: z.array(userGroup).nullish() });

/** What a login would carry. The previews of the tokens beside it are dropped: nothing here needs them. */
export const claimsPreview = z.object({ userInfo: z.record(z.string(), z.unknown()) });

/** One of Pocket ID's public settings. */
export const setting = z.looseObject({ key: z.string(), value: z.string() });

/** An API key, without its value. */
export const apiKey = z.looseObject({
  name: z.string(),
  expiresAt: z.string(),
  /** Null for one that was never used. */
  lastUsedAt: z.string().nullish(),
});

export const oneTimeToken = z.object({ token: z.string() });

export const version = z.looseObject({ currentVersion: z.string() });

export const openIdConfiguration = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  userinfo_endpoint: z.string().optional(),
  end_session_endpoint: z.string().optional(),
  jwks_uri: z.string(),
});

export type ApiKeyObject = z.infer<typeof apiKey>;
export type Claim = z.infer<typeof claim>;
export type UserGroupObject = z.infer<typeof userGroup>;
export type UserGroupWithMembers = z.infer<typeof userGroupWithMembers>;
export type UserObject = z.infer<typeof user>;
export type OidcClientObject = z.infer<typeof oidcClient>;
export type OidcClientWithGroups = z.infer<typeof oidcClientWithGroups>;
/** OpenID Connect Discovery 1.0, section 3. */
export type OpenIdConfiguration = z.infer<typeof openIdConfiguration>;
