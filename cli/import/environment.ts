import { ENVIRONMENT_SYNONYMS, ocisEnvironment } from "@ocis-pocket-id/components";
import type { Part } from "./setup";

type Variables = Readonly<Record<string, string>>;
type EnvironmentArgs = Parameters<typeof ocisEnvironment>[0];

/** The variables of the guide. oCIS's own value of the others is the guide's. */
const GUIDE = [
  ...["OCIS_URL", "OCIS_OIDC_ISSUER", "WEB_OIDC_CLIENT_ID", "PROXY_CSP_CONFIG_FILE_LOCATION"],
  ...["PROXY_AUTOPROVISION_ACCOUNTS", "PROXY_OIDC_REWRITE_WELLKNOWN"],
  ...["PROXY_ROLE_ASSIGNMENT_DRIVER", "OCIS_EXCLUDE_RUN_SERVICES"],
];

/** Variables of ours that follow from other keys, or from where things are in our container. */
const SETTLED: ReadonlySet<string> = new Set([
  ...["OCIS_URL", "OCIS_OIDC_ISSUER", "WEB_OIDC_CLIENT_ID", "PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM", "PROXY_TLS"],
  ...["PROXY_CSP_CONFIG_FILE_LOCATION", "OCIS_CONFIG_DIR", "OCIS_BASE_DATA_PATH"],
]);

/** Variables by which oCIS finds a person's account: with others, everybody would get a new, empty one. */
const OF_ACCOUNTS = ["PROXY_USER_OIDC_CLAIM", "PROXY_USER_CS3_CLAIM", "PROXY_AUTOPROVISION_CLAIM_USERNAME"];

/** How each flag of oCIS may be spelt. */
const plain = (value: string) =>
  /^(1|t|true)$/i.test(value) ? "true" : /^(0|f|false)$/i.test(value) ? "false" : value;

/** Names of variables whose values are secrets; and addresses with a password in them. */
const isSecret = (name: string, value: string) =>
  /SECRET|PASSW|_KEY$|API_KEY|TOKEN$|PASSPHRASE|CREDENTIAL|PRIVATE|LICENSE/.test(name.toUpperCase()) ||
  /:\/\/[^/\s]*:[^/\s]*@/.test(value);

/** What else is known of the set-up. */
interface Circumstances {
  /** Whether certificates must stay unchecked, as Pocket ID's couldn't be verified. */
  readonly staysInsecure: boolean;
  /** Names of variables that are kept as secrets. */
  readonly secretVariables: ReadonlySet<string>;
}

/** Sorts the variables of a set-up into ours, changed ones, additional ones and secrets. */
export function importEnvironment(
  theirs: Variables,
  args: Omit<EnvironmentArgs, "extraEnvironment" | "overrideEnvironment">,
  { staysInsecure, secretVariables }: Circumstances,
): Part {
  const ours = ocisEnvironment(args);
  const extra: Record<string, string> = {};
  const override: Record<string, string> = {};
  const secretEnvironment: Record<string, string> = {};
  const differences: string[] = [];
  const changes: string[] = [];
  const byHand: string[] = [];

  const keeps = (name: string, value: string): boolean => {
    if (name === "OCIS_INSECURE" || name === "PROXY_OIDC_INSECURE")
      return staysInsecure && plain(value) === "true";
    if (name === "OCIS_RUN_SERVICES" || name === "OCIS_RUN_EXTENSIONS") return true;
    if (name === "OCIS_EXCLUDE_RUN_SERVICES") return value.split(",").some((one) => one.trim() === "idp");
    return OF_ACCOUNTS.includes(name);
  };
  for (const [name, value] of Object.entries(theirs).sort()) {
    const synonym = Object.hasOwn(ENVIRONMENT_SYNONYMS, name) ? ENVIRONMENT_SYNONYMS[name] : undefined;
    const our = ours[name] ?? (synonym?.ours === undefined ? undefined : ours[synonym.ours]);
    if (SETTLED.has(name) || IGNORED.test(name) || (our !== undefined && plain(value) === our)) continue;
    if (name === "IDM_ADMIN_PASSWORD") {
      changes.push(
        "the built-in admin and its password (IDM_ADMIN_PASSWORD) go: admins are the group's members",
      );
    } else if (name === "PROXY_ROLE_ASSIGNMENT_DRIVER") {
      changes.push(
        `PROXY_ROLE_ASSIGNMENT_DRIVER is '${value}', so oCIS gives the roles: from then on, a person's group in Pocket ID does`,
      );
    } else if (name in ours || synonym !== undefined) {
      const kept = keeps(name, value);
      if (kept) override[name] = value;
      const shown = secretVariables.has(name) && !kept ? "set by a Secret" : `'${value}'`;
      const what = plain(value) === "" ? "empty" : shown;
      const instead = name in ours ? `'${ours[name] ?? ""}'` : "not set";
      const reason = synonym === undefined ? "" : `, which ${synonym.effect}`;
      if (name.endsWith("INSECURE")) differences.push(insecure(name, kept));
      else if (!isHarmless(name, value)) {
        (kept ? differences : changes).push(
          `${name} is ${what}${reason}: ${kept ? "kept in overrideEnvironment" : `becomes ${instead}`}`,
        );
      }
    } else if (secretVariables.has(name) || isSecret(name, value)) secretEnvironment[name] = value;
    else extra[name] = value;
  }
  if (args.identityClaim === "sub" && theirs["PROXY_AUTOPROVISION_CLAIM_USERNAME"] === undefined) {
    // oCIS's own value, after which the accounts are named.
    override["PROXY_AUTOPROVISION_CLAIM_USERNAME"] = "preferred_username";
  }
  const missing = GUIDE.filter((name) => theirs[name] === undefined && name !== "OCIS_URL");
  if (missing.length > 0) differences.push(`not set, but in the guide: ${missing.join(", ")}`);
  const added = Object.keys(ours).filter((name) => theirs[name] === undefined && !missing.includes(name));
  if (added.length > 0) changes.push(`sets ${added.join(", ")} too; docs/environment.md has the reasons`);
  return {
    config: {
      ...(Object.keys(extra).length > 0 && { extraEnvironment: extra }),
      ...(Object.keys(override).length > 0 && { overrideEnvironment: override }),
    },
    ...{ secretEnvironment, differences, changes, byHand },
  };
}

/** What shells, systems, and the templates of NAS systems set. */
const IGNORED =
  /^(PATH|HOME|HOSTNAME|TERM|PWD|SHLVL|SSL_CERT_FILE|SSL_CERT_DIR|HOST_OS|HOST_HOSTNAME|HOST_CONTAINERNAME|PUID|PGID|UMASK|NVIDIA_\w+)$/;

/** Oldest guides set these to what follows from the issuer anyway. */
const isHarmless = (name: string, value: string) =>
  (name === "PROXY_HTTP_ADDR" && /:9200$/.test(value)) ||
  (name === "PROXY_OIDC_SKIP_USER_INFO" && plain(value) === "false") ||
  name === "WEB_OIDC_METADATA_URL";

const insecure = (name: string, kept: boolean) =>
  kept
    ? `${name} is true, so nobody checks certificates. It stays in overrideEnvironment, as Pocket ID's certificate can't be ` +
      "verified from here: set caCertificate, and remove it"
    : `${name} is true, so nobody checks certificates: becomes false`;
