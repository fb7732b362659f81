import { type Change, changesOf, liveValues } from "@ocis-pocket-id/providers/core";
import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import {
  ForbiddenError,
  type OidcClientWithGroups,
  peopleMeant,
  type PocketId,
  PocketIdError,
  type UserGroupObject,
  type UserObject,
} from "@ocis-pocket-id/providers/pocket-id";
import type { ClientFacts, GroupFacts, LoginFacts, PersonFacts } from "../facts";
import type { Properties } from "../../stacks";
import type { ExpectedClient, Subject } from "../../stacks/subject";

/** The objects of one oCIS in Pocket ID. */
export interface IdentityFacts {
  /** By client ID, without missing ones. */
  readonly clients: ReadonlyMap<string, ClientFacts>;
  /** By group ID, without missing ones. */
  readonly groups: ReadonlyMap<string, GroupFacts>;
  readonly people: readonly PersonFacts[];
  /** Usernames of people whom the given name may mean. */
  readonly meant: readonly string[];
  /** Whether people can change their own usernames; undefined if Pocket ID doesn't return it. */
  readonly ownAccountEdit: boolean | undefined;
}

/** The scopes that ownCloud Web and the apps request. */
const SCOPES = ["openid", "profile", "email"];

/** @param username checks only this person, at each client. @default everyone in our groups, at the web client */
export async function collectIdentity(
  pocketId: PocketId,
  subject: Subject,
  username: string | undefined,
): Promise<IdentityFacts> {
  const [clients, memberships, users, ownAccountEdit] = await Promise.all([
    collectClients(pocketId, subject),
    collectMemberships(pocketId, subject),
    pocketId.listUsers(),
    canEditOwnAccount(pocketId),
  ]);
  const chosen =
    username === undefined
      ? membersOf(subject, memberships, users)
      : users.filter((user) => user.username === username);
  const all = username === undefined ? [subject.webClient] : [subject.webClient, ...subject.nativeClients];
  const present = all.filter(({ id }) => clients.has(id));
  const people = await Promise.all(
    chosen.map((user) => person(pocketId, subject.claimKey, user, memberships, present)),
  );
  const groups = memberships
    .filter(({ group }) => subject.groups.some(({ id }) => id === group.id))
    .map(({ group, memberIds }): [string, GroupFacts] => [
      group.id,
      { name: group.name, claimValue: claimIn(group, subject.claimKey), members: memberIds.size },
    ]);
  const meant = peopleMeant(users, username ?? "").map((user) => user.username);
  return { clients, groups: new Map(groups), people, meant, ownAccountEdit };
}

async function collectClients(pocketId: PocketId, { webClient, nativeClients }: Subject) {
  const found = await Promise.all(
    [webClient, ...nativeClients].map(
      async (expected) => [expected, await pocketId.findClient(expected.id)] as const,
    ),
  );
  return new Map(
    found.flatMap(([expected, client]) =>
      client === undefined ? [] : [[expected.id, clientFacts(client, expected)] as const],
    ),
  );
}

function clientFacts(client: OidcClientWithGroups, { managed = {} }: ExpectedClient): ClientFacts {
  return {
    pushedRequests: client["requiresPushedAuthorizationRequests"] === true,
    changes: changesIn(client, managed),
    isPublic: client.isPublic,
    pkce: client.pkceEnabled,
    callbackUrls: client.callbackURLs ?? [],
    logoutCallbackUrls: client.logoutCallbackURLs ?? [],
    restricted: client.isGroupRestricted,
    allowedGroups: (client.allowedUserGroups ?? []).map(({ id, name }) => ({ id, name })),
  };
}

/** Managed fields that differ. Groups aren't a field, and have a check of their own. */
function changesIn(client: OidcClientWithGroups, managed: Properties): Change[] {
  const { declaration } = oidcClient;
  if (declaration === undefined) return [];
  const live = liveValues(declaration, client, Object.keys(managed), managed);
  return changesOf(declaration, { ...managed, ...live }, managed, { group: (id) => id });
}

interface Membership {
  readonly group: UserGroupObject;
  readonly memberIds: ReadonlySet<string>;
}

/** Our groups, and all others with the role's claim: each of them can determine a person's role. */
async function collectMemberships(pocketId: PocketId, { groups, claimKey }: Subject): Promise<Membership[]> {
  const ours = new Set(groups.map(({ id }) => id));
  const listed = await pocketId.listGroups();
  const concerned = listed.filter((group) => ours.has(group.id) || claimIn(group, claimKey) !== undefined);
  const found = await Promise.all(
    concerned.map(async (group) => {
      const members = (await pocketId.findGroupWithMembers(group.id))?.users ?? [];
      return { group, memberIds: new Set(members.map(({ id }) => id)) };
    }),
  );
  return found.sort((a, b) => a.group.name.localeCompare(b.group.name));
}

function membersOf({ groups }: Subject, memberships: readonly Membership[], users: readonly UserObject[]) {
  const ours = memberships.filter(({ group }) => groups.some(({ id }) => id === group.id));
  return users
    .filter((user) => ours.some(({ memberIds }) => memberIds.has(user.id)))
    .sort((a, b) => a.username.localeCompare(b.username));
}

async function person(
  pocketId: PocketId,
  claimKey: string,
  user: UserObject,
  memberships: readonly Membership[],
  clients: readonly ExpectedClient[],
): Promise<PersonFacts> {
  const groups = memberships.filter(({ memberIds }) => memberIds.has(user.id));
  return {
    username: user.username,
    disabled: user.disabled ?? false,
    ownValue: claimIn(user, claimKey),
    groups: groups.map(({ group }) => ({ name: group.name, value: claimIn(group, claimKey) })),
    logins: await Promise.all(clients.map((client) => login(pocketId, client, user.id, claimKey))),
  };
}

/** Keeps only the role's claim. */
async function login(
  pocketId: PocketId,
  { id, label }: ExpectedClient,
  userId: string,
  claimKey: string,
): Promise<LoginFacts> {
  try {
    const claims = await pocketId.previewUserInfo(id, userId, SCOPES);
    // Deleted since it was listed.
    if (claims === undefined) return { client: label, outcome: { kind: "failed", reason: "HTTP 404" } };
    return { client: label, outcome: { kind: "claims", role: claims[claimKey] } };
  } catch (error) {
    if (error instanceof ForbiddenError) return { client: label, outcome: { kind: "refused" } };
    if (!(error instanceof PocketIdError)) throw error;
    return {
      client: label,
      outcome: { kind: "failed", reason: `HTTP ${error.status ?? "without an answer"}` },
    };
  }
}

/** Undefined on servers without this setting. */
async function canEditOwnAccount(pocketId: PocketId): Promise<boolean | undefined> {
  try {
    const value = (await pocketId.publicSettings()).get("allowOwnAccountEdit");
    return value === undefined ? undefined : value === "true";
  } catch (error) {
    if (error instanceof PocketIdError) return undefined;
    throw error;
  }
}

function claimIn({ customClaims }: UserGroupObject | UserObject, key: string): string | undefined {
  return customClaims?.find((claim) => claim.key === key)?.value;
}
