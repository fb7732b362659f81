import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import { described, objectIn } from "../collect/ask";
import type { OcisFacts } from "../facts";
import { type Finding, finding } from "../finding";
import type { Subject } from "../../stacks/subject";
import { frameBlocker, mayConnect } from "./policy";

const DISCOVERY = "/.well-known/openid-configuration";

/**
 * Checks that oCIS answers, sends browsers and apps to our Pocket ID, and lets them connect to it.
 *
 * @param pocketIdVersion undefined if it couldn't be read
 */
export function checkOcis(facts: OcisFacts, subject: Subject, pocketIdVersion?: string): Finding[] {
  if ("failure" in facts.front) {
    const what = `oCIS at ${subject.ocisUrl} doesn't answer (${facts.front.failure})`;
    return [finding("ocis-unreachable", what)];
  }
  if ([502, 503, 504].includes(facts.front.status)) {
    const what = `a proxy in front of oCIS at ${subject.ocisUrl} answers ${described(facts.front)}`;
    return [finding("ocis-unreachable", what)];
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
    return [finding("ocis-issuer-differs", what)];
  }
  if ("failure" in discovery || discovery.status >= 500) {
    return [finding("ocis-discovery-failed", `${where} fails (${described(discovery)})`)];
  }
  return [finding("ocis-discovery-missing", `${where} isn't a discovery document (${described(discovery)})`)];
}

function checkConfiguration({ configuration }: OcisFacts, subject: Subject): Finding[] {
  const connect = objectIn(configuration)?.["openIdConnect"];
  if (typeof connect !== "object" || connect === null) {
    const what = `${subject.ocisUrl}/config.json has no login settings (${described(configuration)})`;
    return [finding("ocis-configuration-missing", what)];
  }
  const {
    client_id: clientId,
    metadata_url: metadataUrl,
    scope,
  } = connect as Readonly<Record<string, unknown>>;
  const findings: Finding[] = [];
  if (clientId !== subject.webClient.id) {
    const what = `ownCloud Web logs in as client ${quoted(clientId)}, but the stack's is '${subject.webClient.id}'`;
    findings.push(finding("ocis-client-id", what));
  }
  const metadataUrls: unknown[] = [`${subject.issuer}${DISCOVERY}`, `${subject.ocisUrl}${DISCOVERY}`];
  if (!metadataUrls.includes(metadataUrl)) {
    const what = `ownCloud Web reads the discovery document at ${quoted(metadataUrl)}, not at '${String(metadataUrls[0])}'`;
    findings.push(finding("ocis-metadata-url", what));
  }
  if (typeof scope === "string" && !scope.split(/\s+/).includes("profile")) {
    const what = `ownCloud Web asks for the scopes '${scope}', without profile`;
    findings.push(finding("ocis-scope", what));
  }
  return findings;
}

/** Source: oCIS's services/web/pkg/config/options.go; without the option ownCloud Web uses true. */
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
  return [finding("tabs-share-tokens", what)];
}

function checkPolicy(header: string | undefined, { issuer, ocisUrl }: Subject): Finding[] {
  if (header === undefined) {
    return [finding("policy-missing", `${ocisUrl} answers without a Content-Security-Policy`)];
  }
  return [...checkConnections(header, issuer, ocisUrl), ...checkFrames(header, ocisUrl)];
}

function checkFrames(header: string, ocisUrl: string): Finding[] {
  const blocker = frameBlocker(header, new URL(ocisUrl).origin);
  if (blocker === undefined) return [];
  const what = `the Content-Security-Policy of ${ocisUrl} has \`${blocker}\`, so its pages can't load oCIS in a frame${several(header)}`;
  return [finding("policy-blocks-own-frames", what)];
}

function checkConnections(header: string, issuer: string, ocisUrl: string): Finding[] {
  const { origin } = new URL(issuer);
  const urls = [`${origin}${DISCOVERY}`, `${origin}/api/oidc/token`, `${origin}/api/oidc/userinfo`];
  if (urls.every((url) => mayConnect(header, url, new URL(ocisUrl).origin))) return [];
  const what = `the Content-Security-Policy of ${ocisUrl} doesn't let pages connect to ${origin}: connect-src lacks it${several(header)}`;
  return [finding("policy-blocks-issuer", what)];
}

const several = (header: string) =>
  header.includes(",") ? " (there are several policies, and all apply)" : "";

function quoted(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : "(none)";
}
