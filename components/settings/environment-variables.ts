/** Why each variable that we set is set, by name. Every sentence can stand in a table of the documentation. */
export const ENVIRONMENT_REASONS: Readonly<Record<string, string>> = {
  GRAPH_ASSIGN_DEFAULT_USER_ROLE: "New accounts get only the role in the claim.",
  GRAPH_USERNAME_MATCH:
    "Pocket ID's usernames and subjects may begin with a digit, which oCIS's own rule forbids.",
  OCIS_ADMIN_USER_ID:
    "Empty: no built-in admin account with a password beside Pocket ID. Admins are the members of the admin group. " +
    "(The command that purges trash bins then asks for STORAGE_USERS_PURGE_TRASH_BIN_USER_ID.)",
  OCIS_BASE_DATA_PATH:
    "Where the data volume is mounted; set explicitly, because the default differs between builds of oCIS.",
  OCIS_CONFIG_DIR:
    "Where the configuration volume is mounted; set explicitly, because the default differs between builds.",
  OCIS_EXCLUDE_RUN_SERVICES:
    "Pocket ID takes the place of the built-in identity provider; its account store stays.",
  OCIS_INSECURE:
    "Certificates are verified; unset, the first start would wait forever for an answer at a terminal.",
  OCIS_OIDC_ISSUER: "Pocket ID's issuer; oCIS compares it exactly with the issuer in tokens.",
  OCIS_URL: "Where people reach oCIS; links and redirects are built from it.",
  PROXY_AUTOPROVISION_ACCOUNTS: "An account is made at a person's first login.",
  PROXY_AUTOPROVISION_CLAIM_GROUPS:
    "Empty: groups are not taken from tokens. The native apps' tokens name none, and oCIS before the fix of " +
    "owncloud/ocis#12420 then takes the person out of every group.",
  PROXY_AUTOPROVISION_CLAIM_USERNAME: "The account is named after the claim that identifies the person.",
  PROXY_CSP_CONFIG_FILE_LOCATION: "The content security policy that lets the browser connect to Pocket ID.",
  PROXY_OIDC_REWRITE_WELLKNOWN:
    "oCIS serves Pocket ID's discovery document itself, where the native apps look for it.",
  PROXY_ROLE_ASSIGNMENT_DRIVER: "Roles come from a claim instead of being given in oCIS.",
  PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM:
    "The claim that carries the role; it equals the custom claim of the groups.",
  PROXY_TLS: "Whether oCIS shows a certificate of its own; false behind a proxy that ends TLS.",
  PROXY_USER_CS3_CLAIM: "The account's property that the identity claim is compared with.",
  PROXY_USER_OIDC_CLAIM:
    "The claim that identifies a person: the username, as in the guide, or the unchangeable subject.",
  WEB_OIDC_CLIENT_ID: "The ID of the OIDC client `ocis` in Pocket ID.",
  WEB_OIDC_POST_LOGOUT_REDIRECT_URI:
    "Where the browser goes after logging out; it is a logout callback URL of the client in Pocket ID.",
  WEB_OPTION_TOKEN_STORAGE_LOCAL:
    "Each tab has a refresh token of its own. Tabs that share one renew it at the same moment; Pocket ID 2.14 then logs all of them out.",
};

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
