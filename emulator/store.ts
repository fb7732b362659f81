import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { z } from "zod";
import { read } from "./bodies";
import { type clientBody, type groupBody, userBody } from "./schemas";

export interface Claim {
  key: string;
  value: string;
}

export interface User extends z.infer<ReturnType<typeof userBody>> {
  id: string;
  ldapId: string | null;
  createdAt: string;
  claims: Claim[];
}

export interface UserGroup extends z.infer<ReturnType<typeof groupBody>> {
  id: string;
  ldapId: string | null;
  createdAt: string;
  claims: Claim[];
}

/** Without its value, since nothing here checks one. */
export interface ClientSecret {
  id: string;
  prefix: string;
  createdAt: string;
  expiresAt: string | null;
}

export interface OidcClient extends z.infer<ReturnType<typeof clientBody>> {
  createdAt: string;
  secrets: ClientSecret[];
}

/** The server's data; lists are in order of insertion, as in SQLite. */
interface State {
  users: User[];
  groups: UserGroup[];
  clients: OidcClient[];
  memberships: Record<string, string>[];
  allowedGroups: Record<string, string>[];
}

/** The current time, as the answer to a creation has it. */
export const now = (): string => new Date().toISOString();

/** A many-to-many relation between groups and users or clients, as pairs of IDs. */
class Relation<Row extends { id: string }> {
  constructor(
    private readonly state: State,
    private readonly table: "memberships" | "allowedGroups",
    private readonly key: "userId" | "clientId",
    private readonly rows: () => readonly Row[],
  ) {}

  of(groupId: string): Row[] {
    return this.related(this.rows(), this.key, "groupId", groupId);
  }

  groupsOf(id: string): UserGroup[] {
    return this.related(this.state.groups, "groupId", this.key, id);
  }

  set(groupId: string, ids: readonly string[]): void {
    this.replace(this.rows(), this.key, ids, "groupId", groupId);
  }

  setGroupsOf(id: string, groupIds: readonly string[]): void {
    this.replace(this.state.groups, "groupId", groupIds, this.key, id);
  }

  /** In the order of IDs: many-to-many relations are read by key. */
  private related<T extends { id: string }>(
    rows: readonly T[],
    wanted: string,
    own: string,
    id: string,
  ): T[] {
    const pairs = this.state[this.table].filter((pair) => pair[own] === id);
    const ids = pairs.map((pair) => pair[wanted]);
    return rows.filter((row) => ids.includes(row.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** IDs of nothing are ignored silently, in every relation and every version. */
  private replace(
    rows: readonly { id: string }[],
    other: string,
    otherIds: readonly string[],
    own: string,
    id: string,
  ): void {
    const others = this.state[this.table].filter((pair) => pair[own] !== id);
    const linked = rows.filter((row) => otherIds.includes(row.id));
    this.state[this.table] = [...others, ...linked.map((row) => ({ [own]: id, [other]: row.id }))];
  }
}

/** The state and its relations, in a file if one is given. */
export class Store {
  readonly state: State = { users: [], groups: [], clients: [], memberships: [], allowedGroups: [] };
  readonly members = new Relation(this.state, "memberships", "userId", () => this.state.users);
  /** Clients that allow a group. */
  readonly allowing = new Relation(this.state, "allowedGroups", "clientId", () => this.state.clients);

  constructor(private readonly dataFile?: string) {
    if (dataFile === undefined || !existsSync(dataFile)) return;
    Object.assign(this.state, JSON.parse(readFileSync(dataFile, "utf8")));
  }

  /** Writes another file and renames it, so a killed process never leaves half a file. */
  save(): void {
    if (this.dataFile === undefined) return;
    const temporary = `${this.dataFile}.new`;
    writeFileSync(temporary, JSON.stringify(this.state, null, 2));
    renameSync(temporary, this.dataFile);
  }

  /** Adds a user with the API's defaults, unless the name is taken. Returns the user of this name. */
  addUser(user: Partial<User> & Pick<User, "username">): User {
    const known = this.state.users.find(({ username }) => username === user.username);
    if (known) return known;
    const defaults = read(userBody("2.14"), { username: user.username });
    const added = { ...defaults, id: randomUUID(), ldapId: null, createdAt: now(), claims: [], ...user };
    this.state.users.push(added);
    return added;
  }

  addGroup(group: Pick<UserGroup, "name" | "friendlyName"> & Partial<UserGroup>): UserGroup {
    const added = { id: randomUUID(), ldapId: null, createdAt: now(), claims: [], ...group };
    this.state.groups.push(added);
    return added;
  }

  /** Deletes a user, group or client with its relations. */
  remove(id: string): void {
    const { users, groups, clients, memberships, allowedGroups } = this.state;
    const isOther = (row: { id: string }) => row.id !== id;
    const isOthers = (pair: Record<string, string>) => !Object.values(pair).includes(id);
    Object.assign(this.state, {
      users: users.filter(isOther),
      groups: groups.filter(isOther),
      clients: clients.filter(isOther),
      memberships: memberships.filter(isOthers),
      allowedGroups: allowedGroups.filter(isOthers),
    } satisfies State);
  }
}
