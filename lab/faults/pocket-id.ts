import { startEmulator } from "../../emulator";
import { type CompanyNames, clientIds, GENERATIONS, groupNames, usernames } from "./company";

/** A Pocket ID under test, past all that is tested: asked and changed by plain calls. */
export interface Server {
  readonly url: string;
  readonly apiKey: string;
  readonly issuer: string;
  call<Body>(method: string, path: string, body?: unknown): Promise<Body>;
  close(): Promise<void>;
}

/** An emulator of its own. All name the same issuer, which goes into hashes. */
export async function emulatedServer(): Promise<Server> {
  const emulator = await startEmulator({ issuer: "https://id.company.test" });
  return connect(emulator, () => emulator.close());
}

/** A server that goes on when we are done. */
export function realServer(connection: { url: string; apiKey: string }): Promise<Server> {
  return connect(connection, () => Promise.resolve());
}

async function connect(
  { url, apiKey }: { url: string; apiKey: string },
  close: () => Promise<void>,
): Promise<Server> {
  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const response = await fetch(url + path, {
      method,
      headers: { "X-API-KEY": apiKey, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok && response.status !== 404) {
      throw new Error(`${method} ${path}: HTTP ${response.status}, ${text}`);
    }
    return (text === "" ? undefined : JSON.parse(text)) as Body;
  };
  const { issuer } = await call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
  return { url, apiKey, issuer, call, close };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Group extends Named {
  readonly friendlyName: string;
  readonly customClaims: { readonly key: string; readonly value: string }[];
  readonly users: { readonly username: string }[];
}

export interface Client extends Named {
  readonly isGroupRestricted: boolean;
  readonly allowedUserGroups: { readonly id: string }[];
}

/** All groups and clients of a server but those that were there before. */
export interface Content {
  readonly groups: Group[];
  readonly clients: Client[];
}

/** The example company's part of a server. */
export class CompanyServer {
  private foreign: ReadonlySet<string> = new Set();

  constructor(
    readonly server: Server,
    readonly names: CompanyNames,
  ) {}

  /** Makes the people, and notes what is not ours. */
  async open(): Promise<void> {
    const ids = (await this.list("/api/oidc/clients")).map(({ id }) => id);
    const taken = clientIds(this.names).filter((id) => ids.includes(id));
    if (taken.length > 0) {
      throw new Error(
        `this Pocket ID has the clients that are to be made already (${taken.join(", ")}): use another one`,
      );
    }
    this.foreign = new Set([...ids, ...(await this.list("/api/user-groups")).map(({ id }) => id)]);
    for (const username of usernames(this.names)) {
      const email = `${username}@company.test`;
      const body = { username, email, firstName: username, lastName: "", displayName: username };
      await this.server.call("POST", "/api/users", body);
    }
  }

  async content(): Promise<Content> {
    const [groups, clients] = await Promise.all([
      this.ours<Group>("/api/user-groups"),
      this.ours<Client>("/api/oidc/clients"),
    ]);
    return { groups, clients };
  }

  /** Clients of ours that anybody could log in to at this moment. */
  async openClients(): Promise<string[]> {
    const clients = (await this.list("/api/oidc/clients")) as Client[];
    return clients
      .filter(({ id, isGroupRestricted }) => !this.foreign.has(id) && !isGroupRestricted)
      .map(({ id }) => id);
  }

  /** Deletes whatever the company has, however it came to be. */
  async empty(): Promise<void> {
    for (const path of ["/api/oidc/clients", "/api/user-groups"]) {
      for (const { id } of await this.list(path)) {
        if (!this.foreign.has(id)) await this.server.call("DELETE", `${path}/${id}`);
      }
    }
  }

  /** Leaves the server as it was found. */
  async close(): Promise<void> {
    await this.empty();
    const ours = usernames(this.names);
    for (const { id, username } of (await this.list("/api/users")) as (Named & { username: string })[]) {
      if (ours.includes(username)) await this.server.call("DELETE", `/api/users/${id}`);
    }
    await this.server.close();
  }

  private async ours<T extends Named>(path: string): Promise<T[]> {
    const ids = (await this.list(path)).map(({ id }) => id).filter((id) => !this.foreign.has(id));
    return Promise.all(ids.map((id) => this.server.call<T>("GET", `${path}/${encodeURIComponent(id)}`)));
  }

  private async list(path: string): Promise<Named[]> {
    const page = "pagination%5Bpage%5D=1&pagination%5Blimit%5D=100";
    return (await this.server.call<{ data: Named[] }>("GET", `${path}?${page}`)).data;
  }
}

/** What each group is called in reports, by its ID: by its role, whatever its name is at the moment. */
export function groupAliases({ groups }: Content, names: CompanyNames): Map<string, string> {
  const roles = new Map(
    GENERATIONS.flatMap((generation) =>
      Object.entries(groupNames(names, generation)).map(([role, name]) => [name, role] as const),
    ),
  );
  return new Map(groups.map(({ id, name }) => [id, `<group ${roles.get(name) ?? name}>`]));
}
