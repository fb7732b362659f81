import { acceptsCallback, changesIn213 } from "@ocis-pocket-id/providers/callback-url";
import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import type { ClientFacts } from "../facts";
import { type Finding, finding } from "../finding";
import type { ExpectedClient, ExpectedGroup, Subject } from "../../stacks/subject";

/**
 * Checks that the clients exist, are public, and allow only our groups and URLs.
 *
 * @param version of Pocket ID, which determines what a callback URL matches
 */
export function checkClients(
  clients: ReadonlyMap<string, ClientFacts>,
  subject: Subject,
  version: string,
): Finding[] {
  const all = [subject.webClient, ...subject.nativeClients];
  return [
    ...all.flatMap((expected) => checkClient(expected, clients.get(expected.id), subject.groups, version)),
    ...(subject.nativeClients.length > 0
      ? []
      : [finding("native-clients-none", "this stack has no clients for the desktop, iOS and Android apps")]),
  ];
}

function checkClient(
  expected: ExpectedClient,
  client: ClientFacts | undefined,
  groups: readonly ExpectedGroup[],
  version: string,
): Finding[] {
  const name = `the ${expected.label} '${shortened(expected.id)}'`;
  if (client === undefined) {
    return [finding("client-missing", `${name} doesn't exist in Pocket ID`)];
  }
  return [
    ...checkKind(name, client),
    ...checkFields(name, client),
    ...checkCallbacks(name, expected, client, version),
    ...checkRestriction(name, expected, client, groups),
  ];
}

function checkKind(name: string, { isPublic, pkce }: ClientFacts): Finding[] {
  const findings: Finding[] = [];
  if (!isPublic) findings.push(finding("client-confidential", `${name} isn't a public client`));
  if (!pkce) findings.push(finding("client-without-pkce", `${name} doesn't require PKCE`));
  return findings;
}

function checkCallbacks(
  name: string,
  expected: ExpectedClient,
  client: ClientFacts,
  version: string,
): Finding[] {
  const missing = unmet(expected.callbackUrls, client.callbackUrls, version);
  const foreign = client.callbackUrls.filter((url) => isForeign(url, expected.callbackUrls));
  // The logout URLs of another stack's client are that stack's.
  const foreignLogout = (expected.managed === undefined ? [] : client.logoutCallbackUrls).filter((url) =>
    isForeign(url, expected.logoutCallbackUrls),
  );
  const missingLogout = unmet(expected.logoutCallbackUrls, client.logoutCallbackUrls, version);
  const changing = [...client.callbackUrls, ...client.logoutCallbackUrls].filter(changesIn213);
  const change = isAtLeast(version, "2.13")
    ? "matched other URLs before Pocket ID 2.13"
    : "matches other URLs from Pocket ID 2.13 on";
  return [
    ...missing.map((url) => finding("client-callback-missing", `${name} lacks the callback URL ${url}`)),
    ...foreign.map((url) => finding("client-callback-foreign", `${name} has the callback URL ${url}`)),
    ...missingLogout.map((url) =>
      finding("client-logout-missing", `${name} lacks the logout callback URL ${url}`),
    ),
    ...foreignLogout.map((url) =>
      finding("client-logout-foreign", `${name} has the logout callback URL ${url}`),
    ),
    ...changing.map((url) =>
      finding("client-callback-colon", `${name} has the callback URL ${url}, which ${change}`),
    ),
  ];
}

/** Apps use any free port. */
function unmet(wanted: readonly string[], stored: readonly string[], version: string): string[] {
  return wanted.filter((url) => !acceptsCallback(stored, url.replace(/:\*$/, ":49152"), version));
}

function checkRestriction(
  name: string,
  { exclusive }: ExpectedClient,
  { restricted, allowedGroups }: ClientFacts,
  groups: readonly ExpectedGroup[],
): Finding[] {
  if (!restricted) {
    return [finding("client-unrestricted", `${name} isn't restricted to groups`)];
  }
  const lacking = groups.filter(({ id }) => !allowedGroups.some((group) => group.id === id));
  const others = allowedGroups.filter(({ id }) => !groups.some((group) => group.id === id));
  return [
    ...lacking.map((group) =>
      finding("client-group-not-allowed", `${name} doesn't allow the group ${group.name}`),
    ),
    // Other stacks allow their own groups on a shared client.
    ...(exclusive ? others : []).map((group) =>
      finding(
        "client-group-foreign",
        `${name} allows the group ${group.name}, which doesn't belong to this stack`,
      ),
    ),
  ];
}

/** Fields with findings of their own. */
const CHECKED_ELSEWHERE: ReadonlySet<string> = new Set([
  ...["isPublic", "pkceEnabled", "callbackUrls", "logoutCallbackUrls", "restricted", "allowedUserGroupIds"],
  "requiresPushedAuthorizationRequests",
]);

function checkFields(name: string, { pushedRequests, changes }: ClientFacts): Finding[] {
  const others = changes.filter(({ field }) => !CHECKED_ELSEWHERE.has(field));
  return [
    ...(pushedRequests
      ? [finding("client-pushed-requests", `${name} rejects logins without a pushed authorization request`)]
      : []),
    ...others.map(({ words }) => finding("client-changed", `${name}: ${words}`)),
  ];
}

/** The IDs of the apps are 64 letters and digits. */
const shortened = (id: string) => (id.length > 32 ? `${id.slice(0, 8)}…` : id);

/** Whether a callback URL can lead to another host than these URLs. */
export function isForeign(pattern: string, expected: readonly string[]): boolean {
  const have = partsOf(pattern);
  if (pattern === "*" || have === undefined) return true;
  return !expected.some((url) => {
    const want = partsOf(url);
    if (want === undefined || want.scheme !== have.scheme) return false;
    if (isLoopback(want.host)) return isLoopback(have.host);
    return want.host.toLowerCase() === have.host.toLowerCase() && want.port === have.port;
  });
}

interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  /** Empty for the scheme's default. */
  readonly port: string;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: "443", http: "80" };

function partsOf(url: string): UrlParts | undefined {
  const found = /^([a-z][a-z0-9+.-]*|\*):\/\/(\[[^\]]*\]|[^/?#:]*)(?::(\d+|\*))?(?:[/?#].*)?$/i.exec(url);
  if (found === null) return undefined;
  const [, scheme = "", host = "", port = ""] = found;
  return { scheme: scheme.toLowerCase(), host, port: port === DEFAULT_PORTS[scheme] ? "" : port };
}

const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host);
