const ISSUER = "oCIS compares issuers character by character, and rejects every token if they differ";

/** Why each kind of finding matters, by severity and code. Codes are stable, because scripts can depend on them. */
const REASONS = {
  /** Logins fail. */
  error: {
    "container-down": "people need oCIS, Pocket ID and the TLS proxy to log in",
    "connection-incomplete": "without URL and key, nothing in Pocket ID can be checked",
    "pocket-id-unreachable": "every login needs Pocket ID",
    "pocket-id-unexpected": "the server at this URL isn't the Pocket ID that this package supports",
    "pocket-id-intercepted":
      "`pulumi up` and doctor can't reach the API while a login page, challenge or firewall answers in its place",
    "pocket-id-too-old": "older versions can't restrict clients to groups as this stack needs",
    "key-refused": "without a valid key neither `pulumi up` nor doctor can read Pocket ID",
    "key-not-admin": "only an admin's key can read and write groups and clients",
    "certificate-expired": "browsers, apps and oCIS reject an expired certificate",
    "certificate-not-yet-valid": "browsers, apps and oCIS reject a certificate that isn't valid yet",
    "certificate-untrusted": "people whose browser doesn't trust the certificate can't log in",
    "certificate-other-host": "browsers, apps and oCIS reject a certificate for another host",
    "issuer-unreachable": "browsers and oCIS read the discovery document at the issuer's URL",
    "issuer-scheme": ISSUER,
    "issuer-slash": ISSUER,
    "issuer-case": ISSUER,
    "issuer-differs": ISSUER,
    "endpoint-elsewhere":
      "oCIS's content security policy lets the browser connect to the issuer only, and other hosts may be unreachable for it",
    "cors-missing": "the browser hides the response from ownCloud Web, so the login fails",
    "cors-other-origin": "the browser gives the response only to pages of that origin, not to ownCloud Web",
    "cors-preflight": "the browser first asks whether it may send the token, and isn't allowed to",
    "cors-doubled": "browsers reject a response with two values, even equal ones (pocket-id/pocket-id#329)",
    "ocis-unreachable": "nobody can log in to an oCIS that doesn't answer",
    "ocis-discovery-failed": "oCIS can't verify tokens while it can't read Pocket ID's discovery document",
    "ocis-discovery-missing": "desktop and phone apps look for the discovery document at oCIS",
    "ocis-issuer-differs": "oCIS and the apps use another identity provider",
    "ocis-configuration-missing": "ownCloud Web reads its login settings from config.json",
    "ocis-client-id":
      "ownCloud Web sends this client ID to Pocket ID, which has no such client, or a different one",
    "ocis-metadata-url": "ownCloud Web logs in with another identity provider",
    "ocis-scope": "Pocket ID returns the role's claim only with the scope `profile`",
    "policy-blocks-issuer": "the browser can't connect to Pocket ID, so the login never starts",
    "environment-breaks-logins":
      "oCIS trusts one issuer only, and reads the role from one claim in userinfo: with other values every login fails",
    "client-missing": "Pocket ID rejects logins of an unknown client",
    "client-confidential": "ownCloud Web and the apps have no client secret, so they get no token",
    "client-pushed-requests":
      "ownCloud Web and the apps don't push their authorization requests, so nobody can log in",
    "client-callback-missing": "Pocket ID doesn't send people back to an unknown URL",
    "client-group-not-allowed": "Pocket ID rejects this group's members",
    "settings-missing": "oCIS services that lack a setting don't start",
    "group-missing": "nobody can have this role",
    "group-claim-missing": "its members have no role, so oCIS answers 500",
    "group-claim-wrong": "its members have a different role, or none",
    "person-unknown": "nobody with this name can log in",
    "person-disabled": "Pocket ID rejects disabled people",
    "person-not-allowed": "Pocket ID rejects people who are in none of the client's groups",
    "person-without-role": "oCIS answers 500 to people without a role (in its log: no roles in user claims)",
    "person-role-unknown": "oCIS answers 500 to people with an unknown role",
    "person-role-type": "the role must be text or a list of texts: oCIS answers 500 to anything else",
    "person-claims-unreadable":
      "if Pocket ID can't compute a person's claims now, it may fail at a login, too",
  },
  /** Some logins fail, or the wrong people get in. */
  warning: {
    "pocket-id-refuses-desktop":
      "the desktop app sends `prompt=select_account consent`, which Pocket ID 2.6.0 to 2.6.2 rejects",
    "key-expires-soon": "after that neither `pulumi up` nor doctor can read Pocket ID; logins still work",
    "key-in-clear": "anyone who can read the stack's file or its state has an admin's key",
    "certificate-expires-soon": "after that nobody can log in",
    "clock-differs":
      "with a wrong clock, valid certificates look expired, and oCIS rejects tokens as too old or too new",
    "policy-blocks-own-frames":
      'ownCloud Web loads oCIS in a frame for "Save as", "Open", PDF export and password-protected folders, which fail with ' +
      '"refused to connect"',
    "tabs-share-tokens":
      "tabs that share a refresh token renew it at the same time; since 2.10 Pocket ID rejects the second use, and 2.14 then logs " +
      "out every tab",
    "client-without-pkce": "without PKCE, anyone who intercepts a login code can use it",
    "client-changed": "changes by hand can break logins, or send people elsewhere",
    "client-callback-foreign": "login codes can be sent to a URL outside this oCIS",
    "client-logout-foreign": "after logging out, people can be sent to a page outside this oCIS",
    "client-unrestricted":
      "everyone in Pocket ID passes its check; without a role oCIS answers 500, but still creates an account",
    "client-group-foreign": "its members pass Pocket ID's check, but have no role in oCIS, which answers 500",
    "client-callback-colon": "up to 2.12 a colon and a name are a wildcard; since 2.13 they match literally",
    "person-in-two-groups":
      "Pocket ID returns the value of one group, chosen by the groups' random IDs: the higher role doesn't win",
    "person-own-claim": "a person's own claim overrides the group's, so the group doesn't determine the role",
  },
  /** Worth knowing. */
  advice: {
    "pocket-id-untried": "this package wasn't tested with this version",
    "policy-missing": "without a policy, oCIS works, but nothing blocks an injected script",
    "environment-overridden": "oCIS was only tested with this package's own values",
    "client-logout-missing": "after logging out, people stay on a page of Pocket ID",
    "native-clients-none": "desktop and phone apps can't log in",
    "data-on-network": "without extended attributes and locks, oCIS can lose files or fail to start",
    "nobody-has-a-role": "nobody can log in yet",
    "member-disabled": "Pocket ID rejects disabled people, which may be intended",
    "person-own-claim-same":
      "a person's own claim overrides the group's: it has the same value now, but stays when the group's changes",
    "identity-changeable":
      "people who change their username get a second, empty account in oCIS, or the account of its previous owner",
  },
};

export type Severity = keyof typeof REASONS;
export type Code = { [Each in Severity]: keyof (typeof REASONS)[Each] }[Severity];

/** Severity and reason of every kind of finding. docs/doctor.md lists them, too. */
export const CODES = Object.fromEntries(
  Object.entries(REASONS).flatMap(([severity, kinds]) =>
    Object.entries(kinds).map(([code, why]) => [code, { severity, why }]),
  ),
) as Readonly<Record<Code, { readonly severity: Severity; readonly why: string }>>;

const CLIENT = "run `pulumi up --refresh`, which restores the client";
const GROUP = "run `pulumi up --refresh`, which restores the group";
const SETTINGS =
  "run `pulumi up --refresh`, which restores oCIS's environment; if that changes nothing, check overrideEnvironment";
const PROXY =
  "make the proxy in front of Pocket ID pass on OPTIONS and these headers unchanged: Pocket ID has sent them since 1.2";
const NEW_KEY = "run `pulumi config set --secret pocketid:apiKey`, then `pulumi up`";

/** The command or click that fixes a finding, for kinds where it is always the same. */
export const FIXES = {
  "connection-incomplete": "set what is missing with `pulumi config set`, then run `pulumi up`",
  "pocket-id-unreachable": "start Pocket ID, or fix `pocketid:url`, its DNS name, its proxy, or the firewall",
  "pocket-id-unexpected":
    "correct the URL with `pulumi config set pocketid:url https://pocket-id.company.com`",
  "pocket-id-intercepted":
    "exclude /api from the proxy, firewall or login page in front of Pocket ID, or set pocketid:url to a direct address",
  "pocket-id-too-old": "upgrade Pocket ID",
  "pocket-id-untried": "check for a newer version of this package",
  "pocket-id-refuses-desktop": "upgrade Pocket ID to 2.7 or later",
  "key-refused": `create a key in Pocket ID under Administration > API Keys, ${NEW_KEY}`,
  "key-not-admin": `create a key as an admin of Pocket ID, ${NEW_KEY}`,
  "key-expires-soon": `create a new key in Pocket ID under Administration > API Keys (Pocket ID can't renew one early), ${NEW_KEY}, and delete the old key in Pocket ID`,
  "key-in-clear": `create a new key in Pocket ID under Administration > API Keys, ${NEW_KEY}, and delete the old key in Pocket ID`,
  "issuer-unreachable": "make the issuer's URL lead to Pocket ID: check its DNS name and its proxy",
  "endpoint-elsewhere": "remove INTERNAL_APP_URL from Pocket ID's environment, and restart it",
  "cors-missing": PROXY,
  "cors-other-origin": PROXY,
  "cors-preflight": PROXY,
  "cors-doubled":
    "remove `add_header Access-Control-Allow-Origin ...` (also Access-Control-Allow-Headers and -Methods) from the nginx server " +
    "or location of Pocket ID, which has sent the header itself since 0.53, then run `nginx -s reload`; to keep one, put " +
    "`proxy_hide_header Access-Control-Allow-Origin;` before it",
  "ocis-discovery-failed":
    "check `docker logs` of the oCIS container: Pocket ID must run, and oCIS must resolve, reach and trust it (networks, " +
    "extraHosts, caCertificate)",
  "ocis-discovery-missing":
    "remove PROXY_OIDC_REWRITE_WELLKNOWN from overrideEnvironment (it must be true), then run `pulumi up`",
  "ocis-issuer-differs": SETTINGS,
  "ocis-configuration-missing": SETTINGS,
  "ocis-client-id": SETTINGS,
  "ocis-metadata-url": SETTINGS,
  "ocis-scope": "remove WEB_OIDC_SCOPE from the extra environment, then run `pulumi up`",
  "policy-missing": "check which proxy removes the header; oCIS sends one",
  "policy-blocks-issuer":
    "run `pulumi up --refresh`, which writes csp.yaml again, and restart the container, because oCIS reads it at its start; if a " +
    "proxy adds a policy, remove it there",
  "policy-blocks-own-frames":
    "run `pulumi up --refresh`, which writes csp.yaml again with 'self', and restart the container; if the stack's " +
    "contentSecurityPolicy replaces the directive, or a proxy adds a policy, remove it there",
  "tabs-share-tokens": "remove WEB_OPTION_TOKEN_STORAGE_LOCAL from overrideEnvironment, then run `pulumi up`",
  "environment-overridden":
    "if logins fail because of it, remove the variable from `overrideEnvironment` of the stack, then run `pulumi up`",
  "client-missing": CLIENT,
  "client-confidential": CLIENT,
  "client-without-pkce": CLIENT,
  "client-pushed-requests": CLIENT,
  "client-changed": CLIENT,
  "client-callback-missing": CLIENT,
  "client-callback-foreign": CLIENT,
  "client-logout-missing": CLIENT,
  "client-logout-foreign": CLIENT,
  "client-unrestricted": CLIENT,
  "client-group-not-allowed": CLIENT,
  "client-group-foreign": CLIENT,
  "client-callback-colon":
    "in the program, or in Pocket ID, write * instead of :name; since 2.13 a literal : needs no backslash",
  "native-clients-none":
    "run `pulumi config set nativeClients own` (or share, or attach if another stack owns them), then `pulumi up`",
  "data-on-network":
    "check that `setfattr -n user.test -v 1 FILE` works in that folder on the Docker host (NFS needs version 4.2); if it doesn't, " +
    "move the files to a local disk",
  "group-missing": GROUP,
  "group-claim-missing": GROUP,
  "group-claim-wrong": GROUP,
  "nobody-has-a-role": "add people to the groups in Pocket ID, or set `members` of the stack",
  "identity-changeable":
    "in Pocket ID under Settings > Application Configuration, turn off 'Enable Self-Account Editing'; for a new oCIS, run " +
    "`pulumi config set identityClaim sub` before anyone has an account",
} satisfies Partial<Record<Code, string>>;
