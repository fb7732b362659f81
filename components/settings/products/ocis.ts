import type { Directives, NativeClient, Product, Role, RoleKey } from "./product";

/**
 * The four roles. A guest gets what oCIS calls `user-light`.
 *
 * @see the guide's sections "Create the groups used by oCIS" and "Bind roles used by oCIS"; oCIS's mapping is in its
 * services/proxy/pkg/config/defaults
 */
export const ROLES: readonly Role[] = [
  role("admin", "ocisAdmin", "ocis admin users group"),
  role("spaceAdmin", "ocisSpaceAdmin", "ocis space admin user group"),
  role("user", "ocisUser", "ocis user group"),
  role("guest", "ocisGuest", "ocis guest group"),
];

/** In the guide, the group is named like the claim's value. */
function role(key: RoleKey, name: string, friendlyName: string): Role {
  return { key, claimValue: name, groupName: name, friendlyName };
}

/** The claim that carries the role, in the guide and in oCIS. */
export const DEFAULT_CLAIM_KEY = "roles";

/** The name that people see at sign-in. */
export const WEB_CLIENT_NAME = "ocis";

/** The default image of oCIS, which upstream says is on Docker Hub (owncloud/ocis#12451). */
export const DEFAULT_OCIS_IMAGE = "owncloud/ocis:8.0.5";

/**
 * The native clients, to be made public with PKCE: the secrets that are compiled in are known to everybody, and Pocket ID
 * ignores them for a public client.
 *
 * The desktop app listens on a free port of the machine; older builds call it `localhost`, so both spellings are there,
 * where the guide has the first only.
 *
 * @see the guide's section "Create additional OIDC clients"; owncloud/ocis#7452 for `localhost`
 */
export const NATIVE_CLIENTS: readonly NativeClient[] = [
  {
    key: "desktop",
    clientId: "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69",
    name: "ownCloud Desktop Client",
    otherNames: ["Desktop Client", "ownCloud Desktop"],
    callbackUrls: ["http://127.0.0.1:*", "http://localhost:*"],
  },
  {
    key: "ios",
    clientId: "mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1",
    name: "ownCloud ios Client",
    otherNames: ["ocis ios Client", "ownCloud iOS Client", "ownCloud iOS"],
    callbackUrls: ["oc://ios.owncloud.com"],
  },
  {
    key: "android",
    clientId: "e4rAsNUSIUs0lF4nbv9FmCeUkTlV9GdgTLDH1b5uie7syb90SzEVrbN7HIpmWJeD",
    name: "ownCloud Android Client",
    otherNames: ["ocis Android Client", "ownCloud Android"],
    callbackUrls: ["oc://android.owncloud.com"],
  },
];

/** The sources of ownCloud Web's app store. */
const APP_STORE = "https://raw.githubusercontent.com/owncloud/awesome-ocis/";

const FIRST: Directives = {
  "child-src": ["'self'"],
  "connect-src": ["'self'"],
  "default-src": ["'none'"],
  "font-src": ["'self'"],
  "frame-ancestors": ["'self'"],
  "frame-src": ["'self'", "blob:", "https://embed.diagrams.net/"],
  "img-src": ["'self'", "data:", "blob:"],
  "manifest-src": ["'self'"],
  "media-src": ["'self'"],
  "object-src": ["'self'", "blob:"],
  "script-src": ["'self'", "'unsafe-inline'"],
  "style-src": ["'self'", "'unsafe-inline'"],
};

const WITH_APP_STORE: Directives = {
  ...FIRST,
  "connect-src": ["'self'", APP_STORE],
  "img-src": ["'self'", "data:", "blob:", APP_STORE],
};

/** What oCIS ships, by the version that brought it; the newest is also the guide's, but for `frame-ancestors`. */
const POLICIES: Product["policies"] = [
  { since: [6, 0], directives: FIRST },
  // With ownCloud Web 10.1 and its app store (owncloud/web#11302).
  { since: [6, 3], directives: WITH_APP_STORE },
  // owncloud/ocis#9993
  { since: [6, 4], directives: { ...WITH_APP_STORE, "connect-src": ["'self'", "blob:", APP_STORE] } },
];

/** ownCloud Infinite Scale. */
export const OCIS: Product = {
  key: "ocis",
  title: "oCIS",
  web: "ownCloud Web",
  prefix: "OCIS",
  roles: ROLES,
  claimKey: DEFAULT_CLAIM_KEY,
  webClientName: WEB_CLIENT_NAME,
  nativeClients: NATIVE_CLIENTS,
  policyVariable: "PROXY_CSP_CONFIG_FILE_LOCATION",
  policies: POLICIES,
  newestKnownPolicy: [8, 2],
  image: DEFAULT_OCIS_IMAGE,
  upstream: /(^|\/)owncloud\/ocis(-rolling)?$/,
  oldestMajor: 6,
  checksAudienceSince: [8, 2],
  changes: [
    [
      [8, 0],
      "federated sharing (OCM) works differently, public links lock after wrong passwords, and some deprecated variables are gone",
    ],
  ],
};
