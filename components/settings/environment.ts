import { environmentReasons, environmentSynonyms, variableOf } from "./environment-variables";
import { type Problem, problemOf, refuse } from "./problem";
import { OCIS, type Product, type ProductKey, productOf } from "./products";

/** The claim by which oCIS tells people apart. */
export type IdentityClaim = "preferred_username" | "sub";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string>>;

/** What the environment of oCIS depends on. */
export interface EnvironmentArgs {
  /** Whose environment. @default "ocis" */
  product?: ProductKey | undefined;
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
  /** The IDs of all clients whose tokens oCIS takes. @default those of any client of this Pocket ID */
  audience?: readonly string[] | undefined;
  /** Where csp.yaml is in the container. @default "/etc/<product>/csp.yaml" */
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
  return Object.fromEntries(Object.entries(all).sort());
}

/** Everything that is wrong with the variables that a program adds or overrides; an empty list when nothing is. */
export function environmentProblems(args: EnvironmentArgs): Problem[] {
  const ours = managed(args);
  const product = productOf(args.product);
  return (["extraEnvironment", "overrideEnvironment"] as const).flatMap((field) =>
    Object.entries(args[field] ?? {}).flatMap(([name, value]) =>
      variableProblems(field, name, value, ours, product).flatMap((message) =>
        problemOf(`${field}.${name}`, message),
      ),
    ),
  );
}

function variableProblems(
  field: "extraEnvironment" | "overrideEnvironment",
  name: string,
  value: unknown,
  ours: Environment,
  product: Product,
): (string | undefined)[] {
  const synonyms = environmentSynonyms(product);
  const synonym = Object.hasOwn(synonyms, name) ? synonyms[name] : undefined;
  const upper = name.toUpperCase();
  const isOurs = (one: string) => Object.hasOwn(ours, one) || Object.hasOwn(synonyms, one);
  const problems = [formProblem(name, value)];
  if (field === "extraEnvironment") {
    if (Object.hasOwn(ours, name)) {
      problems.push(`'${name}' is set already: write it under overrideEnvironment to change it`);
    }
    if (synonym !== undefined) {
      problems.push(`'${name}' ${synonym.effect}: remove it, or write it under overrideEnvironment`);
    }
  } else if (!isOurs(name) && !isOurs(upper)) {
    problems.push(
      `'${name}' isn't set by this project, so there is nothing to override: write it under extraEnvironment`,
    );
  }
  // oCIS would not read it, and nothing would say so.
  if (name !== upper && isOurs(upper)) {
    problems.push(
      `'${name}' isn't read by ${product.title}, whose variables are in capitals: write ${upper} under overrideEnvironment`,
    );
  }
  return problems;
}

/** The variables with the reason for each, as a table for people. */
export function describeEnvironment(environment: Environment, product = OCIS): EnvironmentRow[] {
  const reasons = new Map(Object.entries(environmentReasons(product)));
  return Object.entries(environment).map(([name, value]) => ({
    name,
    value,
    reason: reasons.get(name) ?? "Added by extraEnvironment.",
  }));
}

function managed(args: EnvironmentArgs): Record<string, string> {
  const { ocisUrl, issuer, clientId, claimKey, tls, identityClaim, audience } = args;
  const product = productOf(args.product);
  const { key } = product;
  const { cspPath = `/etc/${key}/csp.yaml` } = args;
  const ofOcis: Environment = {
    // The guide's.
    OCIS_EXCLUDE_RUN_SERVICES: "idp",
    PROXY_AUTOPROVISION_ACCOUNTS: "true",
    PROXY_OIDC_REWRITE_WELLKNOWN: "true",
    PROXY_ROLE_ASSIGNMENT_DRIVER: "oidc",
    // Ours.
    GRAPH_ASSIGN_DEFAULT_USER_ROLE: "false",
    GRAPH_USERNAME_MATCH: "none",
    OCIS_ADMIN_USER_ID: "",
    OCIS_BASE_DATA_PATH: `/var/lib/${key}`,
    OCIS_CONFIG_DIR: `/etc/${key}`,
    OCIS_INSECURE: "false",
    PROXY_AUTOPROVISION_CLAIM_GROUPS: "",
    PROXY_USER_CS3_CLAIM: "username",
    WEB_OPTION_TOKEN_STORAGE_LOCAL: "false",
    // Those that depend on the arguments.
    OCIS_URL: ocisUrl,
    OCIS_OIDC_ISSUER: issuer,
    WEB_OIDC_CLIENT_ID: clientId,
    // A logout callback URL of the web client.
    WEB_OIDC_POST_LOGOUT_REDIRECT_URI: `${ocisUrl}/`,
    PROXY_CSP_CONFIG_FILE_LOCATION: cspPath,
    PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: claimKey,
    PROXY_TLS: String(tls),
    PROXY_USER_OIDC_CLAIM: identityClaim,
    ...(audience === undefined ? {} : { PROXY_OIDC_ACCESS_TOKEN_VERIFY_AUD: audience.join(",") }),
    ...(identityClaim === "sub" ? { PROXY_AUTOPROVISION_CLAIM_USERNAME: "sub" } : {}),
  };
  return Object.fromEntries(
    Object.entries(ofOcis).map(([name, value]) => [variableOf(product, name), value]),
  );
}

function formProblem(name: string, value: unknown): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return `'${name}' is not the name of an environment variable: write letters, digits and '_', no digit first`;
  }
  // The value may be a secret: it stays out of the message.
  if (typeof value !== "string") return `the value is a ${typeof value}, not text: write it in quotes`;
  if (value.includes("\0"))
    return "the value has a NUL character, which no environment variable can hold: remove it";
  return undefined;
}
