import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

export interface Claim {
  key: string;
  value: string;
}

export interface User {
  id: string;
  username: string;
  email: string | null;
  emailVerified: boolean;
  firstName: string;
  lastName: string;
  displayName: string;
  isAdmin: boolean;
  locale: string | null;
  ldapId: string | null;
  disabled: boolean;
  createdAt: string;
  claims: Claim[];
}

export interface UserGroup {
  id: string;
  name: string;
  friendlyName: string;
  ldapId: string | null;
  createdAt: string;
  claims: Claim[];
}

export interface FederatedIdentity {
  issuer: string;
  subject: string;
  audience: string;
  jwks: string;
  replayProtection: boolean;
}

/** Without its value, since nothing here checks one. */
export interface ClientSecret {
  id: string;
  prefix: string;
  createdAt: string;
  expiresAt: string | null;
}

export interface OidcClient {
  id: string;
  name: string;
  description: string;
  callbackURLs: string[];
  logoutCallbackURLs: string[];
  isPublic: boolean;
  pkceEnabled: boolean;
  requiresReauthentication: boolean;
  requiresPushedAuthorizationRequests: boolean;
  skipConsent: boolean;
  isGroupRestricted: boolean;
  launchURL: string | null;
  federatedIdentities: FederatedIdentity[];
  accessTokenDurationMinutes: number;
  refreshTokenDurationMinutes: number;
  createdAt: string;
  secrets: ClientSecret[];
}

/** The server's data; lists are in order of insertion, as in SQLite. */
export interface State {
  users: User[];
  groups: UserGroup[];
  clients: OidcClient[];
  memberships: { userId: string; groupId: string }[];
  allowedGroups: { clientId: string; groupId: string }[];
}

/** The current time, as the answer to a creation has it. */
export const now = (): string => new Date().toISOString();

/** The rows with these IDs, in the order of IDs: many-to-many relations are read by key. */
function byId<T extends { id: string }>(rows: readonly T[], ids: readonly string[]): T[] {
  return rows.filter((row) => ids.includes(row.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** IDs of nothing are ignored silently, in every relation and every version. */
function knownIds(rows: readonly { id: string }[], ids: readonly string[]): string[] {
  return rows.map(({ id }) => id).filter((id) => ids.includes(id));
}

/** The state and its relations, in a file if one is given. */
export class Store {
  readonly state: State;

  constructor(private readonly dataFile?: string) {
    const empty: State = { users: [], groups: [], clients: [], memberships: [], allowedGroups: [] };
    this.state =
      dataFile !== undefined && existsSync(dataFile)
        ? { ...empty, ...(JSON.parse(readFileSync(dataFile, "utf8")) as Partial<State>) }
        : empty;
  }

  /** Writes another file and renames it, so a killed process never leaves half a file. */
  save(): void {
    if (this.dataFile === undefined) return;
    const temporary = `${this.dataFile}.new`;
    writeFileSync(temporary, JSON.stringify(this.state, null, 2));
    renameSync(temporary, this.dataFile);
  }

  /** Adds a user with the API's defaults. */
  addUser(user: Partial<User> & Pick<User, "username">): User {
    const added: User = {
      id: randomUUID(),
      email: null,
      emailVerified: false,
      firstName: "",
      lastName: "",
      displayName: "",
      isAdmin: false,
      locale: null,
      ldapId: null,
      disabled: false,
      createdAt: now(),
      claims: [],
      ...user,
    };
    this.state.users.push(added);
    return added;
  }

  addGroup(group: Pick<UserGroup, "name" | "friendlyName"> & Partial<UserGroup>): UserGroup {
    const added = { id: randomUUID(), ldapId: null, createdAt: now(), claims: [], ...group };
    this.state.groups.push(added);
    return added;
  }

  groupsOf(user: string): UserGroup[] {
    const ids = this.state.memberships.flatMap(({ userId, groupId }) => (userId === user ? groupId : []));
    return byId(this.state.groups, ids);
  }

  membersOf(group: string): User[] {
    const ids = this.state.memberships.flatMap(({ userId, groupId }) => (groupId === group ? userId : []));
    return byId(this.state.users, ids);
  }

  groupsAllowedIn(client: string): UserGroup[] {
    const ids = this.state.allowedGroups.flatMap(({ clientId, groupId }) =>
      clientId === client ? groupId : [],
    );
    return byId(this.state.groups, ids);
  }

  clientsAllowedFor(group: string): OidcClient[] {
    const ids = this.state.allowedGroups.flatMap(({ clientId, groupId }) =>
      groupId === group ? clientId : [],
    );
    return byId(this.state.clients, ids);
  }

  setGroupsOf(userId: string, groupIds: readonly string[]): void {
    const { groups, memberships } = this.state;
    const own = knownIds(groups, groupIds).map((groupId) => ({ userId, groupId }));
    this.state.memberships = [...memberships.filter((each) => each.userId !== userId), ...own];
  }

  setMembersOf(groupId: string, userIds: readonly string[]): void {
    const { users, memberships } = this.state;
    const own = knownIds(users, userIds).map((userId) => ({ userId, groupId }));
    this.state.memberships = [...memberships.filter((each) => each.groupId !== groupId), ...own];
  }

  setGroupsAllowedIn(clientId: string, groupIds: readonly string[]): void {
    const { groups, allowedGroups } = this.state;
    const own = knownIds(groups, groupIds).map((groupId) => ({ clientId, groupId }));
    this.state.allowedGroups = [...allowedGroups.filter((each) => each.clientId !== clientId), ...own];
  }

  setClientsAllowedFor(groupId: string, clientIds: readonly string[]): void {
    const { clients, allowedGroups } = this.state;
    const own = knownIds(clients, clientIds).map((clientId) => ({ clientId, groupId }));
    this.state.allowedGroups = [...allowedGroups.filter((each) => each.groupId !== groupId), ...own];
  }

  /** Deletes a user, group or client with its relations. */
  remove(id: string): void {
    const { users, groups, clients, memberships, allowedGroups } = this.state;
    const others = <T extends object>(rows: T[], ...keys: (keyof T)[]): T[] =>
      rows.filter((row) => keys.every((key) => row[key] !== id));
    Object.assign(this.state, {
      users: others(users, "id"),
      groups: others(groups, "id"),
      clients: others(clients, "id"),
      memberships: others(memberships, "userId", "groupId"),
      allowedGroups: others(allowedGroups, "clientId", "groupId"),
    } satisfies State);
  }
}
