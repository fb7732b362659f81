import { NATIVE_CLIENTS } from "@ocis-pocket-id/components";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import type { Witness } from "../../emulator/fault-proxy";
import type { Server } from "../server";

/** The example company before and after an update that changes everything it has in Pocket ID. */
export const GENERATIONS = ["first", "second"] as const;

export type Generation = (typeof GENERATIONS)[number];

const ROLES = ["admin", "spaceAdmin", "user", "guest"] as const;

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Group extends Named {
  readonly customClaims: { readonly key: string; readonly value: string }[];
  readonly users: { readonly username: string }[];
}

interface Client extends Named {
  readonly isGroupRestricted: boolean;
  readonly allowedUserGroups: { readonly id: string }[];
}

/** A company's groups and clients. */
export type Content = Awaited<ReturnType<Company["content"]>>;

/** The example company on one server. Watches that none of its clients is ever open to everybody. */
export class Company implements Witness {
  /** Moments at which a client was open. */
  readonly violations: string[] = [];
  private foreign: ReadonlySet<string> = new Set();

  /** @param prefix begins every name of the company; no earlier run may have used it */
  constructor(
    readonly server: Server,
    private readonly prefix: string,
  ) {}

  /** Creates the people, and notes which objects are not the company's. */
  async open(): Promise<void> {
    const ids = (await this.list("/api/oidc/clients")).map(({ id }) => id);
    const own = [this.webClientId, ...NATIVE_CLIENTS.map(({ clientId }) => clientId)];
    const taken = own.filter((id) => ids.includes(id));
    if (taken.length > 0) {
      throw new Error(`this Pocket ID already has the clients ${taken.join(", ")}: use another Pocket ID`);
    }
    this.foreign = new Set([...ids, ...(await this.list("/api/user-groups")).map(({ id }) => id)]);
    for (const username of this.usernames) await this.server.addPerson(username);
  }

  /** The stack's configuration, without the connection. */
  config(generation: Generation, bundle: string): ConfigMap {
    // In the second generation everybody has another role.
    const shift = generation === "first" ? 0 : 1;
    const members = ROLES.map((role, index) => [role, [this.usernames[(index + shift) % ROLES.length]]]);
    const groupNames = ROLES.map((role) => [role, this.groupName(generation, role)]);
    const values = {
      "ocis-pocket-id:ocisHost": `${generation}.company.test`,
      // Set, so that another host doesn't mean another client.
      "ocis-pocket-id:webClientId": this.webClientId,
      "ocis-pocket-id:target": "bundle",
      "ocis-pocket-id:bundleDirectory": bundle,
      "ocis-pocket-id:groupNames": JSON.stringify(Object.fromEntries(groupNames)),
      "ocis-pocket-id:claimKey": generation === "first" ? "roles" : "company_roles",
      "ocis-pocket-id:members": JSON.stringify(Object.fromEntries(members)),
      "faults:generation": generation,
    };
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
  }

  async content() {
    const groups = await this.own<Group>("/api/user-groups");
    return { groups, clients: await this.own<Client>("/api/oidc/clients") };
  }

  /** What stands for each group's ID when contents are compared: its role, whatever its name is. */
  groupAliases({ groups }: Content): Map<string, string> {
    const roles = new Map(
      GENERATIONS.flatMap((generation) => ROLES.map((role) => [this.groupName(generation, role), role])),
    );
    return new Map(groups.map(({ id, name }) => [id, `<group ${roles.get(name) ?? name}>`]));
  }

  /** Deletes everything the company has, even what others created. */
  async empty(): Promise<void> {
    for (const path of ["/api/oidc/clients", "/api/user-groups"]) {
      for (const { id } of await this.list(path)) {
        if (!this.foreign.has(id)) await this.server.call("DELETE", `${path}/${id}`);
      }
    }
  }

  /** Leaves the server as it was before. */
  async close(): Promise<void> {
    await this.empty();
    for (const { id, username } of await this.list<Named & { username: string }>("/api/users")) {
      if (this.usernames.includes(username)) await this.server.call("DELETE", `/api/users/${id}`);
    }
    await this.server.close();
  }

  before(method: string, url: string, body: string): void {
    if (!/^\/api\/oidc\/clients(\/[^/]+)?$/.test(url) || (method !== "POST" && method !== "PUT")) return;
    const { isGroupRestricted } = JSON.parse(body) as { isGroupRestricted?: boolean };
    if (isGroupRestricted !== true) {
      this.violations.push(`${method} ${url} was sent with isGroupRestricted ${String(isGroupRestricted)}`);
    }
  }

  async after(method: string, url: string): Promise<void> {
    if (method === "GET") return;
    for (const { id, isGroupRestricted } of await this.list<Client>("/api/oidc/clients")) {
      if (!this.foreign.has(id) && !isGroupRestricted) {
        this.violations.push(`client ${id} was open to everybody after ${method} ${url}`);
      }
    }
  }

  private get webClientId(): string {
    return `${this.prefix}.company.test`;
  }

  private get usernames(): string[] {
    return ["alice", "sam", "uma", "gus"].map((name) => `${this.prefix}-${name}`);
  }

  private groupName(generation: Generation, role: string): string {
    return `${this.prefix}-${generation}-${role}`;
  }

  private async own<T extends Named>(path: string): Promise<T[]> {
    const ids = (await this.list(path)).map(({ id }) => id).filter((id) => !this.foreign.has(id));
    return Promise.all(ids.map((id) => this.server.call<T>("GET", `${path}/${encodeURIComponent(id)}`)));
  }

  private async list<T extends Named = Named>(path: string): Promise<T[]> {
    const page = "pagination%5Bpage%5D=1&pagination%5Blimit%5D=100";
    return (await this.server.call<{ data: T[] }>("GET", `${path}?${page}`)).data;
  }
}
