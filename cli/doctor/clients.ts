import { changesOf, liveValues } from "@ocis-pocket-id/providers/core";
import { acceptsCallback, changesIn213 } from "@ocis-pocket-id/providers/callback-url";
import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import {
  isAtLeast,
  isLoopback,
  type OidcClientWithGroups,
  type PocketId,
} from "@ocis-pocket-id/providers/pocket-id";
import type { ExpectedClient, ExpectedGroup, Subject } from "../stacks/subject";
import { type CodeWithFix, type Finding, finding } from "./finding";

/** The clients of a stack in Pocket ID, by ID and without missing ones. */
export async function findClients(pocketId: PocketId, { webClient, nativeClients }: Subject) {
  const found = await Promise.all([webClient, ...nativeClients].map(({ id }) => pocketId.findClient(id)));
  return new Map(found.flatMap((client) => (client === undefined ? [] : [[client.id, client]])));
}

/**
 * Checks that the clients exist, are public, and allow only our groups and URLs.
 *
 * @param version of Pocket ID, which determines what a callback URL matches
 */
export function checkClients(
  clients: ReadonlyMap<string, OidcClientWithGroups>,
  { webClient, nativeClients }: Subject,
  groups: readonly ExpectedGroup[],
  version: string,
): Finding[] {
  const findings = [webClient, ...nativeClients].flatMap((expected) => {
    // The IDs of the apps are 64 letters and digits.
    const id = expected.id.length > 32 ? `${expected.id.slice(0, 8)}…` : expected.id;
    const name = `the ${expected.label} '${id}'`;
    const client = clients.get(expected.id);
    return client === undefined
      ? [finding("client-missing", `${name} doesn't exist in Pocket ID`)]
      : checkClient(name, expected, client, groups, version);
  });
  if (nativeClients.length > 0) return findings;
  const what = "this stack has no clients for the desktop, iOS and Android apps";
  return [...findings, finding("native-clients-none", what)];
}

/** Fields with findings of their own. */
const CHECKED_BY_ITSELF: ReadonlySet<string> = new Set([
  ...["isPublic", "pkceEnabled", "callbackUrls", "logoutCallbackUrls", "restricted", "allowedUserGroupIds"],
  "requiresPushedAuthorizationRequests",
]);

function checkClient(
  name: string,
  expected: ExpectedClient,
  client: OidcClientWithGroups,
  groups: readonly ExpectedGroup[],
  version: string,
): Finding[] {
  const callbackUrls = client.callbackURLs ?? [];
  const logoutUrls = client.logoutCallbackURLs ?? [];
  const allowed = client.allowedUserGroups ?? [];
  const isOurs = (id: string) => groups.some((group) => group.id === id);
  const lacking = groups.filter(({ id }) => !allowed.some((group) => group.id === id));
  // Other stacks allow their own groups on a shared client, and its logout URLs are its stack's.
  const others = expected.exclusive ? allowed.filter(({ id }) => !isOurs(id)) : [];
  const ownLogoutUrls = expected.managed === undefined ? [] : logoutUrls;
  const change = isAtLeast(version, "2.13")
    ? "matched other URLs before Pocket ID 2.13"
    : "matches other URLs from Pocket ID 2.13 on";
  const seen: Partial<Record<CodeWithFix, readonly string[]>> = {
    "client-confidential": client.isPublic ? [] : ["isn't a public client"],
    "client-without-pkce": client.pkceEnabled ? [] : ["doesn't require PKCE"],
    "client-pushed-requests":
      client["requiresPushedAuthorizationRequests"] === true
        ? ["rejects logins without a pushed authorization request"]
        : [],
    "client-callback-missing": unmet(expected.callbackUrls, callbackUrls, version).map(
      (url) => `lacks the callback URL ${url}`,
    ),
    "client-callback-foreign": callbackUrls
      .filter((url) => isForeign(url, expected.callbackUrls))
      .map((url) => `has the callback URL ${url}`),
    "client-callback-colon": [...callbackUrls, ...logoutUrls]
      .filter(changesIn213)
      .map((url) => `has the callback URL ${url}, which ${change}`),
    "client-logout-missing": unmet(expected.logoutCallbackUrls, logoutUrls, version).map(
      (url) => `lacks the logout callback URL ${url}`,
    ),
    "client-logout-foreign": ownLogoutUrls
      .filter((url) => isForeign(url, expected.logoutCallbackUrls))
      .map((url) => `has the logout callback URL ${url}`),
  };
  // The list has no effect on a client that isn't restricted.
  const ofGroups: typeof seen = client.isGroupRestricted
    ? {
        "client-group-not-allowed": lacking.map((group) => `doesn't allow the group ${group.name}`),
        "client-group-foreign": others.map(
          (group) => `allows the group ${group.name}, which doesn't belong to this stack`,
        ),
      }
    : { "client-unrestricted": ["isn't restricted to groups"] };
  return [
    ...Object.entries({ ...seen, ...ofGroups }).flatMap(([code, whats]) =>
      whats.map((what) => finding(code as CodeWithFix, `${name} ${what}`)),
    ),
    ...changesIn(client, expected.managed).map((words) => finding("client-changed", `${name}: ${words}`)),
  ];
}

/** Apps use any free port. */
function unmet(wanted: readonly string[], stored: readonly string[], version: string): string[] {
  return wanted.filter((url) => !acceptsCallback(stored, url.replace(/:\*$/, ":49152"), version));
}

/** Differences from what the stack's last `up` left. */
function changesIn(client: OidcClientWithGroups, managed: ExpectedClient["managed"] = {}): string[] {
  const { declaration } = oidcClient;
  if (declaration === undefined) return [];
  const live = liveValues(declaration, client, Object.keys(managed), managed);
  return changesOf(declaration, { ...managed, ...live }, managed, { group: (id) => id })
    .filter(({ field }) => !CHECKED_BY_ITSELF.has(field))
    .map(({ words }) => words);
}

/** Whether a callback URL can lead to another host than these URLs. */
export function isForeign(pattern: string, expected: readonly string[]): boolean {
  const have = partsOf(pattern);
  if (pattern === "*" || have === undefined) return true;
  return !expected.some((url) => {
    const want = partsOf(url);
    if (want?.scheme !== have.scheme) return false;
    if (isLoopback(want.host)) return isLoopback(have.host);
    return want.host === have.host && want.port === have.port;
  });
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: "443", http: "80" };

/** Scheme, host and port of a URL or a pattern; the port is empty if it is the scheme's default. */
function partsOf(url: string) {
  const found = /^([a-z][a-z0-9+.-]*|\*):\/\/(\[[^\]]*\]|[^/?#:]*)(?::(\d+|\*))?(?:[/?#].*)?$/i.exec(url);
  if (found === null) return undefined;
  const [scheme = "", host = "", port = ""] = found
    .slice(1)
    .map((part) => (part as string | undefined)?.toLowerCase());
  return { scheme, host, port: port === DEFAULT_PORTS[scheme] ? "" : port };
}
