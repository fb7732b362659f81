import { ENVIRONMENT_REASONS } from "./environment-reasons";
import { synonymOf } from "./environment-synonyms";
import { refuse, type Problem } from "./problem";
import { postLogoutUrl } from "./web-client";

/** The claim by which oCIS tells people apart. */
export type IdentityClaim = "preferred_username" | "sub";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string>>;

/** Where csp.yaml is in the container. */
export const DEFAULT_CSP_PATH = "/etc/ocis/csp.yaml";

/** What the environment of oCIS depends on. */
export interface EnvironmentArgs {
  /** `https://ocis.company.com`, without a final slash. */
  ocisUrl: string;
  /** Pocket ID's issuer, letter by letter. */
  issuer: string;
  /** The ID of the web client. */
  clientId: string;
  /** The claim that carries the role. */
  claimKey: string;
  /** Whether oCIS shows a certificate of its own; false behind a proxy that ends TLS. */
  tls: boolean;
  /**
   * The claim by which oCIS tells people apart, and that names new accounts. `sub` never changes; `preferred_username` is
   * the guide's, and anyone who changes their username in Pocket ID gets a second, empty account. Don't change it later.
   */
  identityClaim: IdentityClaim;
  /** Where csp.yaml is in the container. @default "/etc/ocis/csp.yaml" */
  cspPath?: string | undefined;
  /** Variables that are not ours. */
  extraEnvironment?: Environment | undefined;
  /** Other values for variables of ours, at one's own risk. */
  overrideEnvironment?: Environment | undefined;
}

/** A row of {@link describeEnvironment}. */
export interface EnvironmentRow {
  name: string;
  value: string;
  /** Why it is set. */
  reason: string;
}

/**
 * The environment variables of oCIS, sorted by name.
 *
 * @throws SettingsError when {@link environmentProblems} finds any
 */
export function ocisEnvironment(args: EnvironmentArgs): Record<string, string> {
  refuse(environmentProblems(args));
  const all = { ...managed(args), ...args.extraEnvironment, ...args.overrideEnvironment };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Everything that is wrong with the variables that a program adds or overrides; an empty list when nothing is. */
export function environmentProblems(args: EnvironmentArgs): Problem[] {
  const { extraEnvironment = {}, overrideEnvironment = {} } = args;
  const ours = managed(args);
  return [
    ...variableProblems("extraEnvironment", extraEnvironment),
    ...variableProblems("overrideEnvironment", overrideEnvironment),
    ...Object.keys(extraEnvironment)
      .filter((name) => Object.hasOwn(ours, name))
      .map((name) => {
        const message = `'${name}' is set already: write it under overrideEnvironment to change it`;
        return { field: `extraEnvironment.${name}`, message };
      }),
    ...Object.keys(extraEnvironment).flatMap(synonymProblem),
    ...[
      ["extraEnvironment", extraEnvironment] as const,
      ["overrideEnvironment", overrideEnvironment] as const,
    ].flatMap(([field, variables]) =>
      Object.keys(variables).flatMap((name) => caseProblem(field, name, ours)),
    ),
    ...Object.keys(overrideEnvironment)
      .filter((name) => !isOurs(name, ours) && !isOurs(name.toUpperCase(), ours))
      .map((name) => {
        const message = `'${name}' is not set otherwise, so there is nothing to override: write it under extraEnvironment`;
        return { field: `overrideEnvironment.${name}`, message };
      }),
  ];
}

/** Whether it is a variable of ours, or does what one of them does. */
function isOurs(name: string, ours: Environment): boolean {
  return Object.hasOwn(ours, name) || synonymOf(name) !== undefined;
}

function synonymProblem(name: string): Problem[] {
  const synonym = synonymOf(name);
  if (synonym === undefined) return [];
  const message = `'${name}' ${synonym.effect}: remove it, or write it under overrideEnvironment`;
  return [{ field: `extraEnvironment.${name}`, message }];
}

/** oCIS would not read it, and nothing would say so. */
function caseProblem(field: string, name: string, ours: Environment): Problem[] {
  const upper = name.toUpperCase();
  if (name === upper || !isOurs(upper, ours)) return [];
  const message = `'${name}' isn't read by oCIS, whose variables are in capitals: write ${upper} under overrideEnvironment`;
  return [{ field: `${field}.${name}`, message }];
}

/** The variables with the reason for each, as a table for people. */
export function describeEnvironment(environment: Environment): EnvironmentRow[] {
  const reasons = new Map(Object.entries(ENVIRONMENT_REASONS));
  return Object.entries(environment).map(([name, value]) => ({
    name,
    value,
    reason: reasons.get(name) ?? "Added by extraEnvironment.",
  }));
}

function managed(args: EnvironmentArgs): Record<string, string> {
  const { ocisUrl, issuer, clientId, claimKey, tls, identityClaim, cspPath = DEFAULT_CSP_PATH } = args;
  return {
    ...GUIDE_CONSTANTS,
    ...OWN_CONSTANTS,
    OCIS_URL: ocisUrl,
    OCIS_OIDC_ISSUER: issuer,
    WEB_OIDC_CLIENT_ID: clientId,
    WEB_OIDC_POST_LOGOUT_REDIRECT_URI: postLogoutUrl(ocisUrl),
    PROXY_CSP_CONFIG_FILE_LOCATION: cspPath,
    PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: claimKey,
    PROXY_TLS: String(tls),
    PROXY_USER_OIDC_CLAIM: identityClaim,
    ...(identityClaim === "sub" ? { PROXY_AUTOPROVISION_CLAIM_USERNAME: "sub" } : {}),
  };
}

const GUIDE_CONSTANTS = {
  OCIS_EXCLUDE_RUN_SERVICES: "idp",
  PROXY_AUTOPROVISION_ACCOUNTS: "true",
  PROXY_OIDC_REWRITE_WELLKNOWN: "true",
  PROXY_ROLE_ASSIGNMENT_DRIVER: "oidc",
};

const OWN_CONSTANTS = {
  GRAPH_ASSIGN_DEFAULT_USER_ROLE: "false",
  GRAPH_USERNAME_MATCH: "none",
  OCIS_ADMIN_USER_ID: "",
  OCIS_BASE_DATA_PATH: "/var/lib/ocis",
  OCIS_CONFIG_DIR: "/etc/ocis",
  OCIS_INSECURE: "false",
  PROXY_AUTOPROVISION_CLAIM_GROUPS: "",
  PROXY_USER_CS3_CLAIM: "username",
  WEB_OPTION_TOKEN_STORAGE_LOCAL: "false",
};

function variableProblems(field: string, environment: Environment): Problem[] {
  return Object.entries(environment).flatMap(([name, value]: [string, unknown]) => {
    const message = variableProblem(name, value);
    return message === undefined ? [] : [{ field: `${field}.${name}`, message }];
  });
}

function variableProblem(name: string, value: unknown): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return `'${name}' is not the name of an environment variable: write letters, digits and '_', no digit first`;
  }
  // The value may be a secret: it stays out of the message.
  if (typeof value !== "string") return `the value is a ${typeof value}, not text: write it in quotes`;
  if (value.includes("\0"))
    return "the value has a NUL character, which no environment variable can hold: remove it";
  return undefined;
}
