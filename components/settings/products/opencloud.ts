import type { NativeClient, Product, Role } from "./product";

/** Unlike in oCIS, groups and values have different names. A guest gets what OpenCloud calls `user-light`. */
const ROLES: readonly Role[] = [
  role("admin", "opencloudAdmin", "opencloud_admins", "OpenCloud admins"),
  role("spaceAdmin", "opencloudSpaceAdmin", "opencloud_spaceadmins", "OpenCloud space admins"),
  role("user", "opencloudUser", "opencloud_users", "OpenCloud users"),
  role("guest", "opencloudGuest", "opencloud_guests", "OpenCloud guests"),
];

function role(key: Role["key"], claimValue: string, groupName: string, friendlyName: string): Role {
  return { key, claimValue, groupName, friendlyName };
}

/** @see the apps' sources: src/libsync/theme.cpp (desktop), res/values/setup.xml (Android) */
const NATIVE_CLIENTS: readonly NativeClient[] = [
  app("desktop", "OpenCloudDesktop", "OpenCloud Desktop", "http://127.0.0.1:*", "http://localhost:*"),
  app("ios", "OpenCloudIOS", "OpenCloud iOS", "oc://ios.opencloud.eu"),
  app("android", "OpenCloudAndroid", "OpenCloud Android", "oc://android.opencloud.eu"),
];

function app(
  key: NativeClient["key"],
  clientId: string,
  name: string,
  ...callbackUrls: string[]
): NativeClient {
  return { key, clientId, name, otherNames: [clientId], callbackUrls };
}

const APPS = "https://raw.githubusercontent.com/opencloud-eu/awesome-apps/";

/**
 * OpenCloud, the fork of oCIS. Variables and policy are those in the sources of 4.0.6, 6.2.0 and May 2026; opencloud-compose has
 * the same for 7.3.
 *
 * @see services/proxy/pkg/config and services/web/pkg/config of opencloud-eu/opencloud
 */
export const OPENCLOUD: Product = {
  key: "opencloud",
  title: "OpenCloud",
  web: "OpenCloud Web",
  prefix: "OC",
  roles: ROLES,
  claimKey: "opencloud_role",
  webClientName: "OpenCloud",
  nativeClients: NATIVE_CLIENTS,
  // The other variable adds to the built-in policy, so nothing could be removed from that.
  policyVariable: "PROXY_CSP_CONFIG_FILE_OVERRIDE_LOCATION",
  policies: [
    {
      since: [4, 0],
      directives: {
        "child-src": ["'self'"],
        "connect-src": ["'self'", "blob:", APPS, "https://update.opencloud.eu/"],
        "default-src": ["'none'"],
        "font-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "frame-src": ["'self'", "blob:", "https://embed.diagrams.net/"],
        "img-src": ["'self'", "data:", "blob:", APPS],
        "manifest-src": ["'self'"],
        "media-src": ["'self'"],
        "object-src": ["'self'", "blob:"],
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
      },
    },
  ],
  newestKnownPolicy: [7, 3],
  image: "opencloudeu/opencloud:7.2.4",
  upstream: /(^|\/)opencloudeu\/opencloud(-rolling)?$/,
  oldestMajor: 4,
  synonyms: {
    OC_OIDC_CLIENT_ID: {
      ours: "WEB_OIDC_CLIENT_ID",
      effect: "gives the apps its client ID too, with which Pocket ID refuses their callback URLs",
    },
    PROXY_CSP_CONFIG_FILE_LOCATION: {
      ours: "PROXY_CSP_CONFIG_FILE_OVERRIDE_LOCATION",
      effect: "has no effect beside PROXY_CSP_CONFIG_FILE_OVERRIDE_LOCATION",
    },
    WEBFINGER_WEB_OIDC_CLIENT_ID: {
      ours: "WEB_OIDC_CLIENT_ID",
      effect: "takes precedence over WEB_OIDC_CLIENT_ID",
    },
  },
  reasons: {
    PROXY_AUTOPROVISION_CLAIM_GROUPS:
      "The apps' tokens contain no groups, so OpenCloud would remove people from all groups.",
  },
  changes: [],
};
