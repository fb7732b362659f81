import { inWordsOf, OCIS, type Product, type Synonym } from "./products";

/** Why we set each variable, by name. The documentation lists these sentences. */
export const ENVIRONMENT_REASONS: Readonly<Record<string, string>> = {
  GRAPH_ASSIGN_DEFAULT_USER_ROLE: "New accounts get only the role in the claim.",
  GRAPH_USERNAME_MATCH: "oCIS's own rule forbids usernames that begin with a digit.",
  OCIS_ADMIN_USER_ID:
    "oCIS gets no built-in admin account. (The command that purges trash bins then asks for STORAGE_USERS_PURGE_TRASH_BIN_USER_ID.)",
  OCIS_BASE_DATA_PATH: "Where the data volume is mounted; the default differs between builds.",
  OCIS_CONFIG_DIR: "Where the config volume is mounted; the default differs between builds.",
  OCIS_EXCLUDE_RUN_SERVICES: "Pocket ID replaces the built-in identity provider.",
  OCIS_INSECURE: "oCIS verifies certificates. Without it, the first start waits forever for an answer.",
  OCIS_OIDC_ISSUER: "Must be exactly the issuer in Pocket ID's tokens.",
  OCIS_URL: "The address that people use, and for links and redirects.",
  PROXY_AUTOPROVISION_ACCOUNTS: "The first login creates the account.",
  PROXY_AUTOPROVISION_CLAIM_GROUPS:
    "The apps' tokens contain no groups, so oCIS before owncloud/ocis#12420 would remove people from all groups.",
  PROXY_AUTOPROVISION_CLAIM_USERNAME: "Accounts are named after the claim that identifies people.",
  PROXY_CSP_CONFIG_FILE_LOCATION: "The content security policy that lets browsers connect to Pocket ID.",
  PROXY_OIDC_ACCESS_TOKEN_VERIFY_AUD:
    "oCIS refuses tokens for other applications. Set if the image's tag is 8.2 or later.",
  PROXY_OIDC_REWRITE_WELLKNOWN: "The apps ask oCIS for Pocket ID's discovery document.",
  PROXY_ROLE_ASSIGNMENT_DRIVER: "Roles come from a claim.",
  PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: "The groups' claim that carries the role.",
  PROXY_TLS: "Whether oCIS itself serves https.",
  PROXY_USER_CS3_CLAIM: "The account's property that must match the identity claim.",
  PROXY_USER_OIDC_CLAIM: "The claim that identifies people.",
  WEB_OIDC_CLIENT_ID: "The ID of the web client in Pocket ID.",
  WEB_OIDC_POST_LOGOUT_REDIRECT_URI: "Where browsers go after logging out.",
  WEB_OPTION_TOKEN_STORAGE_LOCAL:
    "Each tab has its own refresh token. Tabs that share one renew it at the same time, and Pocket ID 2.14 then logs them all out.",
};

const before = (ours: string): Synonym => ({ ours, effect: `takes precedence over ${ours}` });

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
  PROXY_HTTP_ADDR: { effect: "moves oCIS away from port 9200, where it is published and checked" },
  PROXY_OIDC_INSECURE: before("OCIS_INSECURE"),
  PROXY_OIDC_ISSUER: before("OCIS_OIDC_ISSUER"),
  PROXY_OIDC_SKIP_USER_INFO: {
    effect: "must stay false, because Pocket ID returns the role in userinfo, not in the access token",
  },
  SETTINGS_ADMIN_USER_ID: before("OCIS_ADMIN_USER_ID"),
  USERS_IDP_URL: before("OCIS_OIDC_ISSUER"),
  WEB_OIDC_AUTHORITY: before("OCIS_OIDC_ISSUER"),
  WEB_OIDC_METADATA_URL: {
    ours: "OCIS_OIDC_ISSUER",
    effect: "makes ownCloud Web log in somewhere other than OCIS_OIDC_ISSUER",
  },
  WEB_UI_CONFIG_FILE: {
    ours: "WEB_OIDC_CLIENT_ID",
    effect: "replaces all settings of ownCloud Web, including WEB_OIDC_CLIENT_ID",
  },
  WEB_UI_CONFIG_SERVER: before("OCIS_URL"),
  WEBFINGER_OIDC_ISSUER: before("OCIS_OIDC_ISSUER"),
};

/** The same reasons for the variables of a product. */
export function environmentReasons(product: Product): Readonly<Record<string, string>> {
  return { ...named(product, ENVIRONMENT_REASONS, (text) => inWordsOf(product, text)), ...product.reasons };
}

/** The same synonyms for the variables of a product. */
export function environmentSynonyms(product: Product): Readonly<Record<string, Synonym>> {
  const inWords = ({ ours, effect }: Synonym): Synonym => ({
    ...(ours === undefined ? {} : { ours: variableOf(product, ours) }),
    effect: inWordsOf(product, effect),
  });
  return { ...named(product, ENVIRONMENT_SYNONYMS, inWords), ...product.synonyms };
}

function named<T>(product: Product, byName: Readonly<Record<string, T>>, inWords: (value: T) => T) {
  return Object.fromEntries(
    Object.entries(byName).map(([name, value]) => [variableOf(product, name), inWords(value)]),
  );
}

/** What a product calls a variable of oCIS. */
export function variableOf({ prefix, policyVariable }: Product, name: string): string {
  if (name === OCIS.policyVariable) return policyVariable;
  return name.replace(/^OCIS_/, `${prefix}_`);
}
