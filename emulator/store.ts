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

/** A secret's value is never kept; nothing here can check one. */
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

/** Everything the server knows; lists are in order of insertion, as in SQLite. */
export interface State {
  users: User[];
  groups: UserGroup[];
  clients: OidcClient[];
  memberships: { userId: string; groupId: string }[];
  allowedGroups: { clientId: string; groupId: string }[];
}

/** Server-made and readable ids in both directions: the tables of many-to-many relations are walked by key. */
function byId<T extends { id: string }>(rows: readonly T[], ids: ReadonlySet<string>): T[] {
  return rows.filter((row) => ids.has(row.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The state and its relations, kept in a file when one is named. */
export class Store {
  readonly state: State;

  constructor(private readonly dataFile?: string) {
    const empty: State = { users: [], groups: [], clients: [], memberships: [], allowedGroups: [] };
    this.state =
      dataFile !== undefined && existsSync(dataFile)
        ? { ...empty, ...(JSON.parse(readFileSync(dataFile, "utf8")) as Partial<State>) }
        : empty;
  }

  /** Written aside and renamed, so that a killed process never leaves half a file. */
  save(): void {
    if (this.dataFile === undefined) return;
    const aside = `${this.dataFile}.new`;
    writeFileSync(aside, JSON.stringify(this.state, null, 2));
    renameSync(aside, this.dataFile);
  }

  groupsOf(userId: string): UserGroup[] {
    const { groups, memberships } = this.state;
    return byId(groups, new Set(memberships.filter((m) => m.userId === userId).map((m) => m.groupId)));
  }

  membersOf(groupId: string): User[] {
    const { users, memberships } = this.state;
    return byId(users, new Set(memberships.filter((m) => m.groupId === groupId).map((m) => m.userId)));
  }

  groupsAllowedIn(clientId: string): UserGroup[] {
    const { groups, allowedGroups } = this.state;
    return byId(groups, new Set(allowedGroups.filter((a) => a.clientId === clientId).map((a) => a.groupId)));
  }

  clientsAllowedFor(groupId: string): OidcClient[] {
    const { clients, allowedGroups } = this.state;
    return byId(clients, new Set(allowedGroups.filter((a) => a.groupId === groupId).map((a) => a.clientId)));
  }

  setGroupsOf(userId: string, groupIds: readonly string[]): void {
    const others = this.state.memberships.filter((m) => m.userId !== userId);
    const known = this.known(this.state.groups, groupIds);
    this.state.memberships = [...others, ...known.map((groupId) => ({ userId, groupId }))];
  }

  setMembersOf(groupId: string, userIds: readonly string[]): void {
    const others = this.state.memberships.filter((m) => m.groupId !== groupId);
    const known = this.known(this.state.users, userIds);
    this.state.memberships = [...others, ...known.map((userId) => ({ userId, groupId }))];
  }

  setGroupsAllowedIn(clientId: string, groupIds: readonly string[]): void {
    const others = this.state.allowedGroups.filter((a) => a.clientId !== clientId);
    const known = this.known(this.state.groups, groupIds);
    this.state.allowedGroups = [...others, ...known.map((groupId) => ({ clientId, groupId }))];
  }

  setClientsAllowedFor(groupId: string, clientIds: readonly string[]): void {
    const others = this.state.allowedGroups.filter((a) => a.groupId !== groupId);
    const known = this.known(this.state.clients, clientIds);
    this.state.allowedGroups = [...others, ...known.map((clientId) => ({ clientId, groupId }))];
  }

  removeUser(id: string): void {
    this.setGroupsOf(id, []);
    this.state.users = this.state.users.filter((user) => user.id !== id);
  }

  removeGroup(id: string): void {
    this.setMembersOf(id, []);
    this.setClientsAllowedFor(id, []);
    this.state.groups = this.state.groups.filter((group) => group.id !== id);
  }

  removeClient(id: string): void {
    this.setGroupsAllowedIn(id, []);
    this.state.clients = this.state.clients.filter((client) => client.id !== id);
  }

  /** Ids of nothing vanish without a word, in every relation and every version. */
  private known(rows: readonly { id: string }[], ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    return rows.filter((row) => wanted.has(row.id)).map((row) => row.id);
  }
}
