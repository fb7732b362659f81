import { z } from "zod";
import { Api } from "./api";
import { Listing } from "./listing";
import { hasName } from "./names";
import * as objects from "./objects";
import { KeyedLock } from "./pacing";

/** Whom a list of custom claims belongs to, as the REST API's path names it. */
export type ClaimOwner = "user-group" | "user";

const clientPath = (id: string) => `/oidc/clients/${encodeURIComponent(id)}`;

/** One Pocket ID server: its REST API as methods, one per operation. */
export class PocketId extends Api {
  /** Held for each read-modify-write of a list. */
  readonly locks = new KeyedLock();
  /** IDs of the groups that this process made. */
  private readonly madeGroups = new Set<string>();
  private readonly groups = new Listing(this.transport, "/user-groups", objects.userGroup);
  private readonly clients = new Listing(this.transport, "/oidc/clients", objects.oidcClient);
  private readonly users = new Listing(this.transport, "/users", objects.user);
  /** Users once more, for the groups that they are in: those change with each write of members, names do not. */
  private readonly memberships = new Listing(this.transport, "/users", objects.user, 1);

  // User groups

  listGroups(): Promise<objects.UserGroupObject[]> {
    return this.greeted(() => this.groups.all());
  }

  /** The same without the first contact, for hints that don't need a supported server. */
  glanceAtGroups(): Promise<objects.UserGroupObject[]> {
    return this.groups.all();
  }

  /** The group without its members; undefined when it is gone. */
  async findGroup(id: string): Promise<objects.UserGroupObject | undefined> {
    return (await this.greeted(() => this.groups.get(id))) ?? (await this.findGroupWithMembers(id));
  }

  /** The group of this ID or, while that isn't known, of this name; undefined when there is none. */
  async findGroupAtPreview(id: string | undefined, name: string | undefined) {
    const groups = await this.listGroups();
    return groups.find((group) => (id === undefined ? hasName(group, name) : group.id === id));
  }

  async findGroupWithMembers(id: string): Promise<objects.UserGroupWithMembers | undefined> {
    const group = await this.find(`/user-groups/${encodeURIComponent(id)}`, objects.userGroupWithMembers);
    if (group === undefined) this.groups.remove(id);
    else this.groups.put(group);
    return group;
  }

  /** The group with its members, to write them; one without members isn't requested. */
  async findGroupToFill(id: string): Promise<objects.UserGroupWithMembers | undefined> {
    const listed = await this.greeted(() => this.groups.get(id));
    return listed?.userCount === 0 ? { ...listed, users: [] } : this.findGroupWithMembers(id);
  }

  /** The group's members; undefined when it is gone. While all users fit on one page, one request serves all groups. */
  async findMembers(groupId: string): Promise<objects.UserObject[] | undefined> {
    const users = (await this.greeted(() => this.memberships.whole())) ?? [];
    const members = users.filter(({ userGroups }) => userGroups?.some(({ id }) => id === groupId));
    return members.length > 0 ? members : (await this.findGroupWithMembers(groupId))?.users;
  }

  /** These groups; undefined unless a list of groups has them all. */
  async knownGroups(ids: readonly string[]): Promise<objects.UserGroupObject[] | undefined> {
    if (ids.length === 0) return [];
    const groups = await this.greeted(() => this.groups.whole());
    const known = groups?.filter(({ id }) => ids.includes(id));
    return known?.length === ids.length ? known : undefined;
  }

  async createGroup(group: object): Promise<objects.UserGroupObject> {
    const made = await this.create("/user-groups", objects.userGroup, this.groups, group);
    this.madeGroups.add(made.id);
    return this.groups.put({ ...made, userCount: 0 });
  }

  async updateGroup(id: string, group: object): Promise<objects.UserGroupObject> {
    return this.groups.put(await this.ask("PUT", `/user-groups/${id}`, objects.userGroup, group));
  }

  async deleteGroup(id: string): Promise<void> {
    await this.remove(`/user-groups/${id}`);
    this.groups.remove(id);
  }

  async setGroupMembers(id: string, userIds: readonly string[]): Promise<objects.UserGroupWithMembers> {
    const path = `/user-groups/${id}/users`;
    try {
      const group = await this.ask("PUT", path, objects.userGroupWithMembers, { userIds });
      this.groups.put(group);
      return group;
    } finally {
      this.memberships.expire();
    }
  }

  // Custom claims

  /** The claims as they are now; undefined when the owner is gone. */
  async findClaims(owner: ClaimOwner, id: string): Promise<objects.Claim[] | undefined> {
    const object = owner === "user-group" ? await this.findGroup(id) : await this.findUser(id);
    return object === undefined ? undefined : (object.customClaims ?? []);
  }

  /**
   * The claims, to write them, with the name of their owner. The list is replaced as a whole, and others may have written it
   * a moment ago: only for a group that this process created is a listing good enough.
   */
  async findClaimsToWrite(owner: ClaimOwner, id: string) {
    if (owner === "user") {
      const user = await this.findUser(id);
      return user && { name: user.username, claims: user.customClaims ?? [] };
    }
    const group = await (this.madeGroups.has(id) ? this.findGroup(id) : this.findGroupWithMembers(id));
    return group && { name: group.name, claims: group.customClaims ?? [] };
  }

  async setClaims(owner: ClaimOwner, id: string, claims: readonly objects.Claim[]): Promise<objects.Claim[]> {
    const stored = await this.ask("PUT", `/custom-claims/${owner}/${id}`, z.array(objects.claim), claims);
    if (owner === "user-group") {
      const group = await this.groups.get(id);
      if (group !== undefined) this.groups.put({ ...group, customClaims: stored });
    }
    return stored;
  }

  // OIDC clients

  listClients(): Promise<objects.OidcClientObject[]> {
    return this.greeted(() => this.clients.all());
  }

  findClient(id: string): Promise<objects.OidcClientWithGroups | undefined> {
    return this.find(clientPath(id), objects.oidcClientWithGroups);
  }

  createClient(client: object): Promise<objects.OidcClientObject> {
    return this.create("/oidc/clients", objects.oidcClient, this.clients, client);
  }

  async updateClient(id: string, client: object): Promise<objects.OidcClientObject> {
    return this.clients.put(await this.ask("PUT", clientPath(id), objects.oidcClient, client));
  }

  async deleteClient(id: string): Promise<void> {
    await this.remove(clientPath(id));
    this.clients.remove(id);
  }

  /**
   * Replaces the list: to be called in {@link changeAllowed}. The answer doesn't contain it, and Pocket ID drops
   * unknown IDs silently: read it again.
   */
  async setAllowedGroups(id: string, userGroupIds: readonly string[]): Promise<void> {
    const path = `${clientPath(id)}/allowed-user-groups`;
    await this.ask("PUT", path, objects.oidcClient, { userGroupIds });
  }

  /** The same relation from the group's side: replaces the list of clients that its members may use. */
  async setAllowedClients(groupId: string, oidcClientIds: readonly string[]): Promise<void> {
    const path = `/user-groups/${groupId}/allowed-oidc-clients`;
    await this.ask("PUT", path, objects.userGroup, { oidcClientIds });
  }

  /** Which group may use which client is one relation with two full-list writers: its changes go one after the other. */
  changeAllowed<T>(change: () => Promise<T>): Promise<T> {
    return this.locks.run("allowed", change);
  }

  // Users

  listUsers(): Promise<objects.UserObject[]> {
    return this.greeted(() => this.users.all());
  }

  findUser(id: string): Promise<objects.UserObject | undefined> {
    return this.find(`/users/${encodeURIComponent(id)}`, objects.user);
  }

  createUser(user: object): Promise<objects.UserObject> {
    return this.create("/users", objects.user, this.users, user);
  }

  /** A token for a link that signs this person in once. @param ttl how long it works: `72h` */
  async createOneTimeToken(userId: string, ttl: string): Promise<string> {
    const path = `/users/${encodeURIComponent(userId)}/one-time-access-token`;
    return (await this.ask("POST", path, objects.oneTimeToken, { ttl })).token;
  }

  // API keys

  /** The keys of the connection's owner. A key of the server's environment (STATIC_API_KEY) is not among them. */
  async listOwnKeys(): Promise<objects.ApiKeyObject[]> {
    const page = z.object({ data: z.array(objects.apiKey) });
    return (await this.find("/api-keys?pagination%5Blimit%5D=100", page))?.data ?? [];
  }

  // Claims preview

  /**
   * What the userinfo endpoint would return after a login of this person; undefined if the client or the person is gone.
   *
   * @throws ForbiddenError if the person isn't allowed to use the client.
   */
  async previewUserInfo(clientId: string, userId: string, scopes: readonly string[]) {
    const path = `${clientPath(clientId)}/preview/${encodeURIComponent(userId)}`;
    const query = `scopes=${encodeURIComponent(scopes.join(" "))}`;
    return (await this.find(`${path}?${query}`, objects.claimsPreview))?.userInfo;
  }

  /** Pocket ID's public settings, by name; needs no API key. */
  async publicSettings(): Promise<ReadonlyMap<string, string>> {
    const path = "/api/application-configuration";
    const settings = await this.transport.readPublic(path, z.array(objects.setting));
    return new Map(settings.map(({ key, value }) => [key, value]));
  }

  // Discovery

  /** The OpenID Connect discovery document; needs no API key. */
  openIdConfiguration(): Promise<objects.OpenIdConfiguration> {
    return this.transport.readPublic("/.well-known/openid-configuration", objects.openIdConfiguration);
  }
}
