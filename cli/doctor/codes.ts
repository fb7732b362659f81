/** How bad a finding is: `error`, logins fail; `warning`, some will, or the wrong people get in; `advice`, worth knowing. */
export type Severity = "error" | "warning" | "advice";

/** A kind of finding: how bad it is, and why it matters. */
export interface Kind {
  readonly severity: Severity;
  readonly why: string;
}

/** Every kind of finding by its code. Codes stay: scripts may look for them. docs/doctor.md has the same list for people. */
export const CODES = {
  // Pocket ID and its key
  "connection-incomplete": error("without address and key nothing in Pocket ID can be looked at"),
  "pocket-id-unreachable": error("every login goes through Pocket ID"),
  "pocket-id-unexpected": error("what answers there is not the Pocket ID that this package knows"),
  "pocket-id-intercepted": error(
    "`pulumi up` and doctor can't reach the API while a login page, challenge or firewall answers in its place",
  ),
  "pocket-id-too-old": error("older versions can't restrict clients to groups as this stack needs it"),
  "pocket-id-untried": advice("nobody has tried this version with this package yet"),
  "pocket-id-refuses-desktop": warning(
    "the desktop app asks for `prompt=select_account consent`, which Pocket ID 2.6.0 to 2.6.2 refuses",
  ),
  "key-refused": error("without a valid key neither `pulumi up` nor doctor can look into Pocket ID"),
  "key-not-admin": error("only an admin's key may read and write groups and clients"),
  "key-expires-soon": warning(
    "once it has expired neither `pulumi up` nor doctor can look into Pocket ID; logins go on",
  ),
  "key-in-clear": warning("anyone who can read the stack's file or its state has an admin's key"),

  // Certificates
  "certificate-expired": error("browsers, apps and oCIS refuse to speak to a server with such a certificate"),
  "certificate-not-yet-valid": error("browsers, apps and oCIS refuse a certificate before its time"),
  "certificate-expires-soon": warning("once it has expired nobody can log in"),
  "certificate-untrusted": error("who does not trust the certificate does not log in"),
  "certificate-other-host": error("browsers, apps and oCIS refuse a certificate for another host"),
  "clock-differs": warning(
    "with a wrong clock valid certificates look expired, and oCIS refuses tokens as too old or too new",
  ),

  // The issuer
  "issuer-unreachable": error("browsers and oCIS read the discovery document at the issuer's address"),
  "issuer-scheme": error("oCIS compares issuers letter by letter, and refuses every token when they differ"),
  "issuer-slash": error("oCIS compares issuers letter by letter, and refuses every token when they differ"),
  "issuer-case": error("oCIS compares issuers letter by letter, and refuses every token when they differ"),
  "issuer-differs": error("oCIS compares issuers letter by letter, and refuses every token when they differ"),
  "endpoint-elsewhere": error(
    "oCIS's content security policy lets the browser speak to the issuer only, and other hosts may be out of its reach",
  ),

  // Cross-origin requests
  "cors-missing": error(
    "the browser does not hand the answer to ownCloud Web, and the login ends in an error",
  ),
  "cors-doubled": error(
    "browsers refuse an answer with two values, even if they are the same (pocket-id/pocket-id#329)",
  ),
  "cors-other-origin": error(
    "the browser hands the answer to pages of that origin only, not to ownCloud Web",
  ),
  "cors-preflight": error("the browser asks first whether it may send the token, and gets no yes"),

  // oCIS
  "ocis-unreachable": error("nobody can log in to an oCIS that does not answer"),
  "ocis-discovery-failed": error(
    "oCIS can't check tokens while it can't read Pocket ID's discovery document",
  ),
  "ocis-discovery-missing": error("desktop and phone apps look for the discovery document at oCIS"),
  "ocis-issuer-differs": error("oCIS and the apps would follow another identity provider"),
  "ocis-configuration-missing": error("ownCloud Web reads from config.json how to log in"),
  "ocis-client-id": error(
    "ownCloud Web names this client to Pocket ID, which does not know it, or not as ours",
  ),
  "ocis-metadata-url": error("ownCloud Web would log in somewhere else"),
  "ocis-scope": error("Pocket ID gives the role's claim only with the scope `profile`"),
  "policy-missing": advice(
    "without a policy oCIS works, but nothing holds back a script that was smuggled in",
  ),
  "policy-blocks-issuer": error("the browser may not speak to Pocket ID, and the login never starts"),
  "policy-blocks-own-frames": warning(
    'ownCloud Web loads oCIS in a frame for "Save as", "Open", export as PDF and password-protected folders, which fail with ' +
      '"refused to connect"',
  ),
  "tabs-share-tokens": warning(
    "tabs that share a refresh token renew it at the same moment; since 2.10 Pocket ID refuses the second use, and 2.14 then logs every tab out",
  ),
  "environment-breaks-logins": error(
    "oCIS trusts one issuer only, and finds the role in userinfo under one claim: every login fails otherwise",
  ),
  "environment-overridden": advice("oCIS was tried with this package's own values only"),

  // Clients
  "client-missing": error("Pocket ID refuses logins of a client that it does not know"),
  "client-confidential": error("ownCloud Web and the apps have no secret to show, so they get no token"),
  "client-without-pkce": warning("without PKCE whoever catches the code of a login can use it"),
  "client-pushed-requests": error(
    "ownCloud Web and the apps don't push their requests, so nobody can log in",
  ),
  "client-changed": warning("what was changed by hand can make logins harder, or lead people elsewhere"),
  "client-callback-missing": error(
    "Pocket ID refuses to send people back to an address that it does not know",
  ),
  "client-callback-foreign": warning("codes of logins can be sent to an address that is not this oCIS"),
  "client-callback-colon": warning("up to 2.12 a colon and a name are a wildcard, and since 2.13 themselves"),
  "client-logout-missing": advice("after logging out people stay on a page of Pocket ID"),
  "client-logout-foreign": warning("after logging out people can be sent to a page that isn't this oCIS"),
  "client-unrestricted": warning(
    "everybody in Pocket ID gets past it; without a role oCIS answers 500, and keeps an account all the same",
  ),
  "client-group-not-allowed": error("Pocket ID refuses the people of this group"),
  "client-group-foreign": warning(
    "its people get past Pocket ID, but have no role in oCIS, which answers 500",
  ),
  "native-clients-none": advice("desktop and phone apps can't log in"),

  // The container
  "settings-missing": error("services of oCIS that lack a setting don't start"),
  "data-on-network": advice("without extended attributes and locks oCIS can lose files or fail to start"),

  // Groups
  "group-missing": error("nobody can have this role"),
  "group-claim-missing": error("its people have no role, and oCIS answers them with 500"),
  "group-claim-wrong": error("its people have another role than the group is for, or none"),
  "nobody-has-a-role": advice("nobody can log in yet"),

  // People
  "person-unknown": error("nobody of this name can log in"),
  "person-disabled": error("Pocket ID refuses people who are disabled"),
  "member-disabled": advice("Pocket ID refuses people who are disabled, which may be what you want"),
  "person-not-allowed": error("Pocket ID refuses people who are in none of the client's groups"),
  "person-without-role": error(
    "oCIS answers 500 to people without a role (its log: no roles in user claims)",
  ),
  "person-role-unknown": error("oCIS answers 500 to people whose role it does not know"),
  "person-role-type": error("oCIS takes text or a list of texts as role, and answers 500 to anything else"),
  "person-claims-unreadable": error(
    "what Pocket ID can't say of a person, it may not be able to say at a login",
  ),
  "person-in-two-groups": warning(
    "Pocket ID gives the value of one group, by the groups' random IDs: it is not the higher role that wins",
  ),
  "person-own-claim": warning(
    "a claim of the person's own hides the group's, so the group does not decide the role",
  ),
  "person-own-claim-same": advice(
    "a claim of the person's own hides the group's: it says the same now, but stays when the group changes",
  ),

  // Identity
  "identity-changeable": advice(
    "whoever renames themselves gets a second, empty account in oCIS, or that of somebody who had the name before",
  ),
} as const satisfies Readonly<Record<string, Kind>>;

export type Code = keyof typeof CODES;

function error(why: string): Kind {
  return { severity: "error", why };
}

function warning(why: string): Kind {
  return { severity: "warning", why };
}

function advice(why: string): Kind {
  return { severity: "advice", why };
}
