/** `error`: logins fail. `warning`: some fail, or the wrong people get in. `advice`: worth knowing. */
export type Severity = "error" | "warning" | "advice";

/** A kind of finding. */
export interface Kind {
  readonly severity: Severity;
  /** Why it matters. */
  readonly why: string;
  /** The command or click that fixes it; undefined if that depends on the finding. */
  readonly fix?: string;
}

const error = <F extends string | undefined = undefined>(why: string, fix?: F) => kind("error", why, fix);
const warning = <F extends string | undefined = undefined>(why: string, fix?: F) => kind("warning", why, fix);
const advice = <F extends string | undefined = undefined>(why: string, fix?: F) => kind("advice", why, fix);

function kind<F extends string | undefined>(severity: Severity, why: string, fix?: F) {
  return { severity, why, ...(fix === undefined ? {} : { fix }) } as Kind &
    (F extends string ? { readonly fix: string } : object);
}

const ISSUER = "oCIS compares issuers character by character, and rejects every token if they differ";

const FIX_NEW_KEY = "run `pulumi config set --secret pocketid:apiKey`, then `pulumi up`";
const FIX_CLIENT = "run `pulumi up --refresh`, which restores the client";
const FIX_GROUP = "run `pulumi up --refresh`, which restores the group";
const FIX_SETTINGS =
  "run `pulumi up --refresh`, which restores oCIS's environment; if that changes nothing, check overrideEnvironment";
const FIX_PROXY =
  "make the proxy in front of Pocket ID pass on OPTIONS and these headers unchanged: Pocket ID has sent them since 1.2";

/** Every kind of finding by its code. Codes are stable, because scripts can depend on them. docs/doctor.md lists them, too. */
export const CODES = {
  // Pocket ID and its key
  "connection-incomplete": error(
    "without URL and key nothing in Pocket ID can be checked",
    "set what is missing with `pulumi config set`, then run `pulumi up`",
  ),
  "pocket-id-unreachable": error(
    "every login needs Pocket ID",
    "start Pocket ID, or fix `pocketid:url`, its DNS name, its proxy, or the firewall",
  ),
  "pocket-id-unexpected": error(
    "the server at this URL isn't the Pocket ID that this package supports",
    "correct the URL with `pulumi config set pocketid:url https://pocket-id.company.com`",
  ),
  "pocket-id-intercepted": error(
    "`pulumi up` and doctor can't reach the API while a login page, challenge or firewall answers in its place",
    "exclude /api from the proxy, firewall or login page in front of Pocket ID, or set pocketid:url to a direct address",
  ),
  "pocket-id-too-old": error(
    "older versions can't restrict clients to groups as this stack needs it",
    "upgrade Pocket ID",
  ),
  "pocket-id-untried": advice(
    "this package wasn't tested with this version",
    "check for a newer version of this package",
  ),
  "pocket-id-refuses-desktop": warning(
    "the desktop app sends `prompt=select_account consent`, which Pocket ID 2.6.0 to 2.6.2 rejects",
    "upgrade Pocket ID to 2.7 or later",
  ),
  "key-refused": error(
    "without a valid key neither `pulumi up` nor doctor can read Pocket ID",
    `create a key in Pocket ID under Settings > API Keys, ${FIX_NEW_KEY}`,
  ),
  "key-not-admin": error(
    "only an admin's key can read and write groups and clients",
    `create a key as an admin of Pocket ID, ${FIX_NEW_KEY}`,
  ),
  "key-expires-soon": warning(
    "after that neither `pulumi up` nor doctor can read Pocket ID; logins still work",
    `create a new key in Pocket ID under Settings > API Keys (Pocket ID can't renew one early), ${FIX_NEW_KEY}, and delete the old key in Pocket ID`,
  ),
  "key-in-clear": warning(
    "anyone who can read the stack's file or its state has an admin's key",
    `create a new key in Pocket ID under Administration > API Keys, ${FIX_NEW_KEY}, and delete the old key in Pocket ID`,
  ),

  // Certificates
  "certificate-expired": error("browsers, apps and oCIS reject an expired certificate"),
  "certificate-not-yet-valid": error("browsers, apps and oCIS reject a certificate that isn't valid yet"),
  "certificate-expires-soon": warning("after that nobody can log in"),
  "certificate-untrusted": error("people whose browser doesn't trust the certificate can't log in"),
  "certificate-other-host": error("browsers, apps and oCIS reject a certificate for another host"),
  "clock-differs": warning(
    "with a wrong clock valid certificates look expired, and oCIS rejects tokens as too old or too new",
  ),

  // The issuer
  "issuer-unreachable": error(
    "browsers and oCIS read the discovery document at the issuer's URL",
    "make the issuer's URL lead to Pocket ID: check its DNS name and its proxy",
  ),
  "issuer-scheme": error(ISSUER),
  "issuer-slash": error(ISSUER),
  "issuer-case": error(ISSUER),
  "issuer-differs": error(ISSUER),
  "endpoint-elsewhere": error(
    "oCIS's content security policy lets the browser connect to the issuer only, and other hosts may be unreachable for it",
    "remove INTERNAL_APP_URL from Pocket ID's environment, and restart it",
  ),

  // Cross-origin requests
  "cors-missing": error("the browser withholds the answer from ownCloud Web, and the login fails", FIX_PROXY),
  "cors-doubled": error(
    "browsers reject an answer with two values, even if they are the same (pocket-id/pocket-id#329)",
    "remove `add_header Access-Control-Allow-Origin ...` (also Access-Control-Allow-Headers and -Methods) from the nginx server or " +
      "location of Pocket ID, which has sent the header itself since 0.53, then run `nginx -s reload`; to keep one, put " +
      "`proxy_hide_header Access-Control-Allow-Origin;` before it",
  ),
  "cors-other-origin": error(
    "the browser passes the answer to pages of that origin only, not to ownCloud Web",
    FIX_PROXY,
  ),
  "cors-preflight": error(
    "the browser asks first whether it can send the token, and isn't allowed to",
    FIX_PROXY,
  ),

  // oCIS
  "ocis-unreachable": error(
    "nobody can log in to an oCIS that doesn't answer",
    "start its container (`pulumi up --refresh` recreates it), or fix its DNS name, its TLS proxy, or the firewall",
  ),
  "ocis-discovery-failed": error(
    "oCIS can't verify tokens while it can't read Pocket ID's discovery document",
    "check `docker logs` of the oCIS container: Pocket ID must run, and oCIS must resolve, reach and trust it (networks, " +
      "extraHosts, caCertificate)",
  ),
  "ocis-discovery-missing": error(
    "desktop and phone apps look for the discovery document at oCIS",
    "remove PROXY_OIDC_REWRITE_WELLKNOWN from overrideEnvironment (it must be true), then run `pulumi up`",
  ),
  "ocis-issuer-differs": error("oCIS and the apps use another identity provider", FIX_SETTINGS),
  "ocis-configuration-missing": error("ownCloud Web reads its login settings from config.json", FIX_SETTINGS),
  "ocis-client-id": error(
    "ownCloud Web sends this client ID to Pocket ID, which has no such client or another one",
    FIX_SETTINGS,
  ),
  "ocis-metadata-url": error("ownCloud Web logs in at another identity provider", FIX_SETTINGS),
  "ocis-scope": error(
    "Pocket ID returns the role's claim only with the scope `profile`",
    "remove WEB_OIDC_SCOPE from the extra environment, then run `pulumi up`",
  ),
  "policy-missing": advice(
    "without a policy oCIS works, but nothing blocks an injected script",
    "check which proxy removes the header; oCIS sends one",
  ),
  "policy-blocks-issuer": error(
    "the browser can't connect to Pocket ID, so the login never starts",
    "run `pulumi up --refresh`, which writes csp.yaml again; if a proxy adds a policy, remove it there",
  ),
  "policy-blocks-own-frames": warning(
    'ownCloud Web loads oCIS in a frame for "Save as", "Open", PDF export and password-protected folders, which fail with "refused ' +
      'to connect"',
    "run `pulumi up`, which allows 'self'; if the stack's contentSecurityPolicy replaces the directive, or a proxy adds a policy, " +
      "remove it there",
  ),
  "tabs-share-tokens": warning(
    "tabs that share a refresh token renew it at the same time; since 2.10 Pocket ID rejects the second use, and 2.14 then logs out " +
      "every tab",
    "remove WEB_OPTION_TOKEN_STORAGE_LOCAL from overrideEnvironment, then run `pulumi up`",
  ),
  "environment-breaks-logins": error(
    "oCIS trusts one issuer only, and reads the role from one claim in userinfo: with other values every login fails",
  ),
  "environment-overridden": advice(
    "oCIS was tested with this package's own values only",
    "if logins fail because of it, remove the variable from `overrideEnvironment` of the stack, then run `pulumi up`",
  ),

  // Clients
  "client-missing": error("Pocket ID rejects logins of an unknown client", FIX_CLIENT),
  "client-confidential": error(
    "ownCloud Web and the apps have no client secret, so they get no token",
    FIX_CLIENT,
  ),
  "client-without-pkce": warning(
    "without PKCE anyone who intercepts the code of a login can use it",
    FIX_CLIENT,
  ),
  "client-pushed-requests": error(
    "ownCloud Web and the apps don't push their authorization requests, so nobody can log in",
    FIX_CLIENT,
  ),
  "client-changed": warning("changes by hand can break logins, or send people elsewhere", FIX_CLIENT),
  "client-callback-missing": error("Pocket ID doesn't send people back to an unknown URL", FIX_CLIENT),
  "client-callback-foreign": warning("codes of logins can be sent to a URL outside this oCIS", FIX_CLIENT),
  "client-callback-colon": warning(
    "up to 2.12 a colon and a name are a wildcard; since 2.13 they match literally",
    "in the program, or in Pocket ID, write * instead of :name; since 2.13 a literal : needs no backslash",
  ),
  "client-logout-missing": advice("after logging out people stay on a page of Pocket ID", FIX_CLIENT),
  "client-logout-foreign": warning(
    "after logging out people can be sent to a page outside this oCIS",
    FIX_CLIENT,
  ),
  "client-unrestricted": warning(
    "everyone in Pocket ID passes its check; without a role oCIS answers 500, but still creates an account",
    FIX_CLIENT,
  ),
  "client-group-not-allowed": error("Pocket ID rejects the people of this group", FIX_CLIENT),
  "client-group-foreign": warning(
    "its people pass Pocket ID's check, but have no role in oCIS, which answers 500",
    FIX_CLIENT,
  ),
  "native-clients-none": advice(
    "desktop and phone apps can't log in",
    "run `pulumi config set nativeClients own` (or share, or attach if another stack owns them), then `pulumi up`",
  ),

  // The container
  "settings-missing": error("services of oCIS that lack a setting don't start"),
  "data-on-network": advice("without extended attributes and locks oCIS can lose files or fail to start"),

  // Groups
  "group-missing": error("nobody can have this role", FIX_GROUP),
  "group-claim-missing": error("its people have no role, and oCIS answers 500", FIX_GROUP),
  "group-claim-wrong": error("its people have another role than the group's, or none", FIX_GROUP),
  "nobody-has-a-role": advice(
    "nobody can log in yet",
    "add people to the groups in Pocket ID, or set `members` of the stack",
  ),

  // People
  "person-unknown": error("nobody with this name can log in"),
  "person-disabled": error("Pocket ID rejects disabled people"),
  "member-disabled": advice("Pocket ID rejects disabled people, which may be intended"),
  "person-not-allowed": error("Pocket ID rejects people who are in none of the client's groups"),
  "person-without-role": error(
    "oCIS answers 500 to people without a role (in its log: no roles in user claims)",
  ),
  "person-role-unknown": error("oCIS answers 500 to people with an unknown role"),
  "person-role-type": error("oCIS needs a text or a list of texts as role, and answers 500 to anything else"),
  "person-claims-unreadable": error(
    "if Pocket ID can't compute a person's claims now, it may fail at a login, too",
  ),
  "person-in-two-groups": warning(
    "Pocket ID returns the value of one group, chosen by the groups' random IDs: the higher role doesn't win",
  ),
  "person-own-claim": warning(
    "a person's own claim overrides the group's, so the group doesn't determine the role",
  ),
  "person-own-claim-same": advice(
    "a person's own claim overrides the group's: it has the same value now, but stays when the group's changes",
  ),

  // Identity
  "identity-changeable": advice(
    "people who change their username get a second, empty account in oCIS, or the account of its previous owner",
    "in Pocket ID under Settings > Application Configuration, turn off 'Enable Self-Account Editing'; for a new oCIS, run " +
      "`pulumi config set identityClaim sub` before anyone has an account",
  ),
} as const satisfies Readonly<Record<string, Kind>>;

export type Code = keyof typeof CODES;
