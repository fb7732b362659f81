import { isDeepStrictEqual } from "node:util";
import { differencesOf } from "../core/adoption";
import type { OidcClientObject, OidcClientWithGroups } from "../pocket-id";
import { isAtLeast } from "../pocket-id/server-version";
import type { ListMode } from "../core/list-mode";
import type { Fields } from "./inputs";

/** Our properties and Pocket ID's fields, where the value is the same on both sides. */
const FIELDS = {
  name: "name",
  callbackUrls: "callbackURLs",
  logoutCallbackUrls: "logoutCallbackURLs",
  isPublic: "isPublic",
  pkceEnabled: "pkceEnabled",
  requiresReauthentication: "requiresReauthentication",
  requiresPushedAuthorizationRequests: "requiresPushedAuthorizationRequests",
  skipConsent: "skipConsent",
  launchUrl: "launchURL",
  description: "description",
  accessTokenDurationMinutes: "accessTokenDurationMinutes",
  refreshTokenDurationMinutes: "refreshTokenDurationMinutes",
  restricted: "isGroupRestricted",
} as const satisfies Partial<Record<keyof Fields, string>>;

/** Properties whose order means nothing. */
const SETS: readonly string[] = ["callbackUrls", "logoutCallbackUrls"];

/** The first version that knows a property; older ones drop it without a word. */
const SINCE: Partial<Record<keyof Fields, string>> = {
  requiresPushedAuthorizationRequests: "2.9",
  skipConsent: "2.10",
  description: "2.10",
  accessTokenDurationMinutes: "2.13",
  refreshTokenDurationMinutes: "2.13",
};

/** Fields that Pocket ID shows but does not take, or takes elsewhere. */
const READ_ONLY: readonly string[] = [
  ...[
    "id",
    "allowedUserGroups",
    "allowedUserGroupsCount",
    "hasLogo",
    "hasDarkLogo",
    "clientType",
    "pkceSupported",
  ],
];

/** Names of managed properties that this server's version does not know, with the version that does. */
export function unsupported(inputs: Partial<Fields>, server: string): { property: string; since: string }[] {
  return Object.entries(SINCE).flatMap(([property, since]) =>
    inputs[property as keyof Fields] === undefined || isAtLeast(server, since) ? [] : [{ property, since }],
  );
}

/** The body of a write: all writable fields of the live client, those newer than us included, under the managed ones. */
export function bodyFor(inputs: Fields, live: OidcClientObject | undefined): Record<string, unknown> {
  const kept = Object.entries(live ?? {}).filter(([field]) => !READ_ONLY.includes(field));
  const managed = Object.entries(FIELDS).flatMap(([property, field]) => {
    const value = inputs[property as keyof Fields];
    return value === undefined ? [] : [[field, value] as const];
  });
  const body: Record<string, unknown> = { ...Object.fromEntries(kept), ...Object.fromEntries(managed) };
  if (inputs.federatedIdentities !== undefined) {
    body["credentials"] = { ...live?.credentials, federatedIdentities: inputs.federatedIdentities };
  }
  return body;
}

/** The managed properties as the live client has them. */
export function managedFields(live: OidcClientWithGroups, managed: Partial<Groups>): Record<string, unknown> {
  const fields = fieldsOf(live, managed);
  const { allowedUserGroupIds: ours, allowedUserGroupsMode: mode } = managed;
  if (ours === undefined) return fields;
  const allowed = allowedGroupIds(live);
  return {
    ...fields,
    allowedUserGroupIds: mode === "include" ? allowed.filter((id) => ours.includes(id)) : allowed,
  };
}

/** The list to be written: ours, and in mode `include` those that are there and were never ours. */
export function groupsToAllow(
  live: OidcClientWithGroups | undefined,
  news: Groups,
  previous: readonly string[],
): string[] {
  const { allowedUserGroupIds: ours = [], allowedUserGroupsMode: mode } = news;
  const others = live === undefined || mode === "exact" ? [] : allowedGroupIds(live);
  return sorted([...others.filter((id) => !previous.includes(id)), ...ours]);
}

/** Those that are written in one call: all but the groups. */
function fieldsOf(live: OidcClientObject, managed: object): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [property, field] of Object.entries(FIELDS)) {
    if (!(property in managed)) continue;
    const value = live[field];
    fields[property] = SETS.includes(property) ? sorted((value ?? []) as string[]) : value;
  }
  if ("federatedIdentities" in managed) {
    fields["federatedIdentities"] = live.credentials?.federatedIdentities ?? [];
  }
  return fields;
}

export function allowedGroupIds(live: OidcClientWithGroups): string[] {
  return sorted((live.allowedUserGroups ?? []).map(({ id }) => id));
}

/** True when the live client has everything that is managed; a write would change nothing. */
export function isCurrent(live: OidcClientObject, inputs: Fields): boolean {
  const differs = ([property, value]: [string, unknown]) =>
    !isDeepStrictEqual(value, inputs[property as keyof Fields]);
  return !Object.entries(fieldsOf(live, inputs)).some(differs);
}

/** What a write would change of a live client, in words; of an object from a list, all but the groups. */
export function differences(
  live: OidcClientObject | OidcClientWithGroups,
  known: Partial<Fields & Groups>,
): string[] {
  const fields = fieldsOf(live, known);
  const wanted = Object.entries(known).filter(([property]) => property in fields);
  if (known.allowedUserGroupIds !== undefined && "allowedUserGroups" in live) {
    fields["allowedUserGroupIds"] = managedFields(live, known)["allowedUserGroupIds"];
    wanted.push(["allowedUserGroupIds", known.allowedUserGroupIds]);
  }
  return differencesOf(fields, Object.fromEntries(wanted));
}

interface Groups {
  allowedUserGroupIds?: string[];
  allowedUserGroupsMode: ListMode;
}

export function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
