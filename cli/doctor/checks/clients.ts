import { acceptsCallback, changesIn213 } from "@ocis-pocket-id/providers/callback-url";
import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import type { ClientFacts } from "../facts";
import { type Finding, finding } from "../finding";
import type { ExpectedClient, ExpectedGroup, Subject } from "../../stacks/subject";
import { isForeign } from "./callback-urls";
import { checkFields, FIX_CLIENT } from "./client-fields";

/**
 * Are the clients there, public, and open to our groups and our addresses only?
 *
 * @param version of Pocket ID, on which depends what a callback URL matches
 */
export function checkClients(
  clients: ReadonlyMap<string, ClientFacts>,
  subject: Subject,
  version: string,
): Finding[] {
  const all = [subject.webClient, ...subject.nativeClients];
  return [
    ...all.flatMap((expected) => checkClient(expected, clients.get(expected.id), subject.groups, version)),
    ...(subject.nativeClients.length > 0 ? [] : [NO_NATIVE_CLIENTS]),
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
    return [finding("client-missing", `${name} is not in Pocket ID`, FIX_CLIENT)];
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
  if (!isPublic) findings.push(finding("client-confidential", `${name} is not a public client`, FIX_CLIENT));
  if (!pkce) findings.push(finding("client-without-pkce", `${name} does not ask for PKCE`, FIX_CLIENT));
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
  // Those of a client that another stack owns are that stack's.
  const foreignReturn = (expected.managed === undefined ? [] : client.logoutCallbackUrls).filter((url) =>
    isForeign(url, expected.logoutCallbackUrls),
  );
  const noReturn = unmet(expected.logoutCallbackUrls, client.logoutCallbackUrls, version);
  const changing = [...client.callbackUrls, ...client.logoutCallbackUrls].filter(changesIn213);
  const change = isAtLeast(version, "2.13")
    ? "matched other URLs before Pocket ID 2.13"
    : "matches other URLs from Pocket ID 2.13 on";
  return [
    ...missing.map((url) =>
      finding("client-callback-missing", `${name} lacks the callback URL ${url}`, FIX_CLIENT),
    ),
    ...foreign.map((url) =>
      finding("client-callback-foreign", `${name} has the callback URL ${url}`, FIX_CLIENT),
    ),
    ...noReturn.map((url) =>
      finding("client-logout-missing", `${name} lacks the logout callback URL ${url}`, FIX_CLIENT),
    ),
    ...foreignReturn.map((url) =>
      finding("client-logout-foreign", `${name} has the logout callback URL ${url}`, FIX_CLIENT),
    ),
    ...changing.map((url) =>
      finding("client-callback-colon", `${name} has the callback URL ${url}, which ${change}`, FIX_COLON),
    ),
  ];
}

/** An app picks a free port. */
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
    return [finding("client-unrestricted", `${name} is not restricted to groups`, FIX_CLIENT)];
  }
  const lacking = groups.filter(({ id }) => !allowedGroups.some((group) => group.id === id));
  const others = allowedGroups.filter(({ id }) => !groups.some((group) => group.id === id));
  return [
    ...lacking.map((group) =>
      finding("client-group-not-allowed", `${name} does not allow the group ${group.name}`, FIX_CLIENT),
    ),
    // What other stacks allow on a client that they share with us is theirs.
    ...(exclusive ? others : []).map((group) =>
      finding(
        "client-group-foreign",
        `${name} allows the group ${group.name}, which is not this stack's`,
        FIX_CLIENT,
      ),
    ),
  ];
}

const FIX_COLON =
  "in the program, or in Pocket ID, write * in place of :name; from 2.13 on a : that stands for itself needs no backslash";

const NO_NATIVE_CLIENTS = finding(
  "native-clients-none",
  "this stack has no clients for the desktop, iOS and Android apps",
  "`pulumi config set nativeClients own` (or share, or attach when another stack has them), then `pulumi up`",
);

/** The IDs of the apps are 64 letters and digits. */
const shortened = (id: string) => (id.length > 32 ? `${id.slice(0, 8)}…` : id);
