/** A variable that changes what one of ours decides, or that no login survives. */
export interface Synonym {
  /** The variable of ours; undefined when oCIS's own default is what logins need. */
  readonly ours?: string;
  /** What it does, after its name: `takes the place of OCIS_OIDC_ISSUER`. */
  readonly effect: string;
}

const before = (ours: string): Synonym => ({ ours, effect: `goes before ${ours}` });

/**
 * Names under which oCIS reads the same settings as ours: of several that are set, the most specific one counts.
 *
 * @see the `env` tags in oCIS's services/*\/pkg/config and ocis-pkg/config/config.go
 */
export const ENVIRONMENT_SYNONYMS: Readonly<Record<string, Synonym>> = {
  AUTH_BASIC_IDP_URL: before("OCIS_OIDC_ISSUER"),
  AUTH_BEARER_OIDC_INSECURE: before("OCIS_INSECURE"),
  AUTH_BEARER_OIDC_ISSUER: before("OCIS_OIDC_ISSUER"),
  FRONTEND_PUBLIC_URL: before("OCIS_URL"),
  GROUPS_IDP_URL: before("OCIS_OIDC_ISSUER"),
  IDM_ADMIN_USER_ID: before("OCIS_ADMIN_USER_ID"),
  OCIS_OIDC_CLIENT_ID: { ours: "WEB_OIDC_CLIENT_ID", effect: "has no effect beside WEB_OIDC_CLIENT_ID" },
  OCIS_PUBLIC_URL: before("OCIS_URL"),
  OCIS_RUN_EXTENSIONS: before("OCIS_EXCLUDE_RUN_SERVICES"),
  OCIS_RUN_SERVICES: before("OCIS_EXCLUDE_RUN_SERVICES"),
  PROXY_HTTP_ADDR: { effect: "moves oCIS away from port 9200, where it is published and waited for" },
  PROXY_OIDC_INSECURE: before("OCIS_INSECURE"),
  PROXY_OIDC_ISSUER: before("OCIS_OIDC_ISSUER"),
  PROXY_OIDC_SKIP_USER_INFO: {
    effect: "must stay false, as Pocket ID puts the role into userinfo and not into the access token",
  },
  SETTINGS_ADMIN_USER_ID: before("OCIS_ADMIN_USER_ID"),
  USERS_IDP_URL: before("OCIS_OIDC_ISSUER"),
  WEB_OIDC_AUTHORITY: before("OCIS_OIDC_ISSUER"),
  WEB_OIDC_METADATA_URL: {
    ours: "OCIS_OIDC_ISSUER",
    effect: "lets ownCloud Web log in elsewhere than at OCIS_OIDC_ISSUER",
  },
  WEB_UI_CONFIG_FILE: {
    ours: "WEB_OIDC_CLIENT_ID",
    effect: "replaces all settings of ownCloud Web, WEB_OIDC_CLIENT_ID among them",
  },
  WEB_UI_CONFIG_SERVER: before("OCIS_URL"),
  WEBFINGER_OIDC_ISSUER: before("OCIS_OIDC_ISSUER"),
};

/** The synonym of this name; undefined for any other variable. */
export function synonymOf(name: string): Synonym | undefined {
  return Object.hasOwn(ENVIRONMENT_SYNONYMS, name) ? ENVIRONMENT_SYNONYMS[name] : undefined;
}
