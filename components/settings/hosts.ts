import { authorityOf, hostNameProblem, hostProblem, isLoopback, splitHost } from "./host-name";
import { type Problem, problemOf, refuse } from "./problem";
import { inWordsOf, type ProductKey, productOf } from "./products";

/** The two services' hosts: a domain for both, or a host for each. */
export interface HostArgs {
  /** Whose hosts. @default "ocis" */
  product?: ProductKey | undefined;
  /** The company's domain: `company.com` gives `ocis.company.com` and `pocket-id.company.com`. */
  domain?: string | undefined;
  /** The host of oCIS, with a port unless that is 443. @default `ocis.<domain>`, or `opencloud.<domain>` */
  ocisHost?: string | undefined;
  /** The port in oCIS's URL, if `ocisHost` has none. @default 443 */
  ocisPort?: number | undefined;
  /** The host of Pocket ID, with a port unless that is 443. @default the issuer's host, else `pocket-id.<domain>` */
  pocketIdHost?: string | undefined;
  /**
   * Pocket ID's public URL (its APP_URL), exactly as in its discovery document: an origin without a final slash, https unless
   * the host is loopback. @default `https://<pocketIdHost>`
   */
  issuer?: string | undefined;
}

/** Where the two services are reached. */
export interface DeploymentHosts {
  /** `ocis.company.com`, with the port unless that is 443. */
  ocisHost: string;
  /** `https://ocis.company.com`, without a final slash. */
  ocisUrl: string;
  /** `pocket-id.company.com`, with the port unless that is the scheme's own. */
  pocketIdHost: string;
  /** Where Pocket ID's API is unless the stack says otherwise (`pocketid:url`); equals the issuer. */
  pocketIdUrl: string;
  /** `https://pocket-id.company.com`, without a final slash. */
  issuer: string;
}

/**
 * Where the two services are reached.
 *
 * @example deploymentHosts({ domain: "company.com" }).issuer // "https://pocket-id.company.com"
 * @throws SettingsError when {@link hostProblems} finds any
 */
export function deploymentHosts(args: HostArgs): DeploymentHosts {
  refuse(hostProblems(args));
  return derive(args);
}

/** All problems of these arguments; empty if there are none. */
export function hostProblems(args: HostArgs): Problem[] {
  const { domain, ocisHost, pocketIdHost, issuer } = args;
  const isMissing =
    domain === undefined && (ocisHost === undefined || (pocketIdHost ?? issuer) === undefined);
  const product = productOf(args.product);
  const missing = MISSING.replace("ocis.", `${product.key}.`);
  const problems = [
    ...problemOf("domain", isMissing ? missing : undefined),
    ...found("domain", domain, domainProblem),
    ...found("ocisHost", ocisHost, hostProblem),
    ...found("ocisPort", args.ocisPort, portProblem),
    ...found("pocketIdHost", pocketIdHost, hostProblem),
    ...found("issuer", issuer, issuerProblem),
  ];
  const all = problems.length > 0 ? problems : contradictions(args);
  // Hosts have lower-case letters only, so this changes no value.
  return all.map(({ field, message }) => ({ field, message: inWordsOf(product, message) }));
}

const MISSING =
  "is missing: write your company's domain (company.com gives ocis.company.com and pocket-id.company.com), " +
  "or both ocisHost and pocketIdHost";

function derive({
  domain = "",
  product,
  ocisHost = `${productOf(product).key}.${domain}`,
  ocisPort = 443,
  ...args
}: HostArgs): DeploymentHosts {
  const needsPort = ocisPort !== 443 && splitHost(ocisHost).port === undefined;
  const host = needsPort ? `${ocisHost}:${ocisPort}` : ocisHost;
  const issuerHost = args.issuer === undefined ? undefined : authorityOf(args.issuer);
  const pocketIdHost = args.pocketIdHost ?? issuerHost ?? `pocket-id.${domain}`;
  const issuer = args.issuer ?? `https://${pocketIdHost}`;
  return { ocisHost: host, ocisUrl: `https://${host}`, pocketIdHost, pocketIdUrl: issuer, issuer };
}

function domainProblem(domain: string): string | undefined {
  const { name, port } = splitHost(domain);
  if (port !== undefined && port !== "" && name !== "") {
    return `'${domain}' has a port: write '${name}', and ports in ocisHost and pocketIdHost`;
  }
  const problem = hostNameProblem(domain);
  // An IPv4 address with a name before it isn't a host name.
  if (problem === undefined && /\.\d+$/.test(domain)) {
    return `'${domain}' is an address, not a domain: write one like 'company.com', or addresses in ocisHost and pocketIdHost`;
  }
  return problem ?? hostNameProblem(`pocket-id.${domain}`);
}

function portProblem(port: number): string | undefined {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return undefined;
  return `'${port}' is not a port: write a number from 1 to 65535`;
}

function issuerProblem(issuer: string): string | undefined {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(issuer) ?? [];
  if (scheme === undefined)
    return `'${issuer}' has no scheme: write a URL like 'https://pocket-id.company.com'`;
  const host = authorityOf(issuer);
  const origin = `${scheme}://${host}`.toLowerCase();
  // The value may contain a password.
  if (host.includes("@")) {
    return `contains a username: write 'https://${host.slice(host.lastIndexOf("@") + 1)}'`;
  }
  if (!/^https?$/i.test(scheme)) return `'${issuer}' has the scheme '${scheme}': write 'https://${host}'`;
  if (rest === `${host}/`) {
    return `'${issuer}' ends in a slash, and oCIS compares issuers letter by letter: write '${origin}'`;
  }
  if (rest !== host)
    return `'${issuer}' has more than scheme and host, which Pocket ID's issuers never have: write '${origin}'`;
  const secure = scheme.toLowerCase() === "https";
  const problem = hostProblem(host, secure ? 443 : 80);
  if (problem !== undefined) return problem;
  if (scheme !== scheme.toLowerCase()) return `'${issuer}' has upper-case letters: write '${origin}'`;
  if (!secure && !isLoopback(splitHost(host).name)) {
    return `'${issuer}' isn't encrypted, so anyone on the network can log in as anyone: write 'https://${host}'`;
  }
  return undefined;
}

/** Problems between arguments that are right by themselves. */
function contradictions(args: HostArgs): Problem[] {
  const { ocisHost, pocketIdHost, issuer } = derive(args);
  const problems: Problem[] = [];
  const ownPort = splitHost(args.ocisHost ?? "").port;
  if (args.ocisPort !== undefined && ownPort !== undefined && Number(ownPort) !== args.ocisPort) {
    const message = `'${args.ocisPort}' contradicts ocisHost '${args.ocisHost ?? ""}': write the port in only one of them`;
    problems.push({ field: "ocisPort", message });
  }
  if (authorityOf(issuer) !== pocketIdHost) {
    const message = `'${issuer}' is not at pocketIdHost '${pocketIdHost}': write only one of them`;
    problems.push({ field: "issuer", message });
  }
  if (ocisHost === pocketIdHost) {
    const message = `oCIS and Pocket ID are both at '${ocisHost}': give each its own host`;
    problems.push({ field: "ocisHost", message });
  }
  return problems;
}

/** The problem of an argument that is set; stack configuration may contain anything, whatever its type. */
function found<T>(field: string, value: T | undefined, check: (value: T) => string | undefined): Problem[] {
  return value === undefined ? [] : problemOf(field, check(value));
}
