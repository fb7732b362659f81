import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import { described, objectIn } from "../collect/ask";
import type { OcisFacts } from "../facts";
import { type Finding, finding } from "../finding";
import type { Subject } from "../../stacks/subject";
import { frameBlocker, mayConnect } from "./policy";

const DISCOVERY = "/.well-known/openid-configuration";

/**
 * Is oCIS there, and does it tell browsers and apps to log in at our Pocket ID, and let them?
 *
 * @param pocketIdVersion undefined when it couldn't be read
 */
export function checkOcis(facts: OcisFacts, subject: Subject, pocketIdVersion?: string): Finding[] {
  if ("failure" in facts.front) {
    const what = `oCIS at ${subject.ocisUrl} does not answer (${facts.front.failure})`;
    return [finding("ocis-unreachable", what, FIX_UNREACHABLE)];
  }
  if ([502, 503, 504].includes(facts.front.status)) {
    const what = `before oCIS at ${subject.ocisUrl} a proxy answers ${described(facts.front)}`;
    return [finding("ocis-unreachable", what, FIX_UNREACHABLE)];
  }
  return [
    ...checkDiscovery(facts, subject),
    ...checkConfiguration(facts, subject),
    ...checkTabs(facts, subject, pocketIdVersion),
    ...checkPolicy(facts.front.headers["content-security-policy"], subject),
  ];
}

function checkDiscovery({ discovery }: OcisFacts, { ocisUrl, issuer }: Subject): Finding[] {
  const named = objectIn(discovery)?.["issuer"];
  const where = `${ocisUrl}${DISCOVERY}`;
  if (named === issuer) return [];
  if (typeof named === "string") {
    const what = `oCIS's own discovery document names the issuer '${named}' instead of '${issuer}'`;
    return [finding("ocis-issuer-differs", what, FIX_UP)];
  }
  if ("failure" in discovery || discovery.status >= 500) {
    const what = `${where} fails (${described(discovery)})`;
    const fix =
      "see `docker logs` of the oCIS container: Pocket ID must run, and oCIS must resolve, reach and trust it " +
      "(networks, extraHosts, caCertificate)";
    return [finding("ocis-discovery-failed", what, fix)];
  }
  const what = `${where} is no discovery document (${described(discovery)})`;
  return [
    finding(
      "ocis-discovery-missing",
      what,
      "take PROXY_OIDC_REWRITE_WELLKNOWN out of overrideEnvironment (it must be true), then `pulumi up`",
    ),
  ];
}

function checkConfiguration({ configuration }: OcisFacts, subject: Subject): Finding[] {
  const connect = objectIn(configuration)?.["openIdConnect"];
  if (typeof connect !== "object" || connect === null) {
    const what = `${subject.ocisUrl}/config.json does not say how to log in (${described(configuration)})`;
    return [finding("ocis-configuration-missing", what, FIX_UP)];
  }
  const {
    client_id: clientId,
    metadata_url: metadataUrl,
    scope,
  } = connect as Readonly<Record<string, unknown>>;
  const findings: Finding[] = [];
  if (clientId !== subject.webClient.id) {
    const what = `ownCloud Web logs in as client ${quoted(clientId)}, but the stack's is '${subject.webClient.id}'`;
    findings.push(finding("ocis-client-id", what, FIX_UP));
  }
  const metadataUrls: unknown[] = [`${subject.issuer}${DISCOVERY}`, `${subject.ocisUrl}${DISCOVERY}`];
  if (!metadataUrls.includes(metadataUrl)) {
    const what = `ownCloud Web reads the discovery document at ${quoted(metadataUrl)}, not at '${String(metadataUrls[0])}'`;
    findings.push(finding("ocis-metadata-url", what, FIX_UP));
  }
  if (typeof scope === "string" && !scope.split(/\s+/).includes("profile")) {
    const what = `ownCloud Web asks for the scopes '${scope}', without profile`;
    findings.push(
      finding("ocis-scope", what, "take WEB_OIDC_SCOPE out of the extra environment, then `pulumi up`"),
    );
  }
  return findings;
}

/** Source: oCIS's services/web/pkg/config/options.go; where the option is missing, ownCloud Web takes true. */
function checkTabs(
  { configuration }: OcisFacts,
  { ocisUrl }: Subject,
  version: string | undefined,
): Finding[] {
  const document = objectIn(configuration);
  if (document?.["openIdConnect"] === undefined) return [];
  const { options } = document;
  const isShared =
    typeof options !== "object" ||
    options === null ||
    !("tokenStorageLocal" in options) ||
    options.tokenStorageLocal !== false;
  if (!isShared || (version !== undefined && !isAtLeast(version, "2.10"))) return [];
  const what = `${ocisUrl} lets all tabs of a browser share one refresh token (WEB_OPTION_TOKEN_STORAGE_LOCAL isn't false)`;
  const fix = "take WEB_OPTION_TOKEN_STORAGE_LOCAL out of overrideEnvironment, then run `pulumi up`";
  return [finding("tabs-share-tokens", what, fix)];
}

function checkPolicy(header: string | undefined, { issuer, ocisUrl }: Subject): Finding[] {
  if (header === undefined) {
    const what = `${ocisUrl} answers without a Content-Security-Policy`;
    return [finding("policy-missing", what, "look which proxy takes the header away; oCIS sends one")];
  }
  return [...checkConnections(header, issuer, ocisUrl), ...checkFrames(header, ocisUrl)];
}

function checkFrames(header: string, ocisUrl: string): Finding[] {
  const blocker = frameBlocker(header, new URL(ocisUrl).origin);
  if (blocker === undefined) return [];
  const what = `the Content-Security-Policy of ${ocisUrl} has \`${blocker}\`, so its pages can't load oCIS in a frame${several(header)}`;
  const fix =
    "run `pulumi up`, which allows 'self'; if the stack's contentSecurityPolicy replaces the directive, or a proxy adds a " +
    "policy, take that out";
  return [finding("policy-blocks-own-frames", what, fix)];
}

function checkConnections(header: string, issuer: string, ocisUrl: string): Finding[] {
  const { origin } = new URL(issuer);
  const urls = [`${origin}${DISCOVERY}`, `${origin}/api/oidc/token`, `${origin}/api/oidc/userinfo`];
  if (urls.every((url) => mayConnect(header, url, new URL(ocisUrl).origin))) return [];
  const what = `the Content-Security-Policy of ${ocisUrl} does not let pages speak to ${origin}: connect-src lacks it${several(header)}`;
  const fix =
    "run `pulumi up --refresh`, which writes csp.yaml again; if a proxy adds a policy, take it out there";
  return [finding("policy-blocks-issuer", what, fix)];
}

const several = (header: string) =>
  header.includes(",") ? " (there are several policies, and all of them count)" : "";

const FIX_UP =
  "run `pulumi up --refresh`, which gives oCIS its environment again; if that changes nothing, look at overrideEnvironment";

const FIX_UNREACHABLE =
  "start its container (`pulumi up --refresh` makes it again), or mend its DNS name, the TLS proxy before it, or the firewall";

function quoted(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : "(none)";
}
