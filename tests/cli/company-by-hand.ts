import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ExampleCompany, exampleCompany, type Role } from "../support/example-company";
import type { PocketIdVersion } from "../../emulator";
import { type PocketIdUnderTest, pocketIdUnderTest } from "../support/pocket-id";
import { runDrift } from "./drift-run";

export const WEB = "ocis.company.test";
export const DESKTOP = "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69";
export const IOS = "mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1";

const ROLES = {
  admin: ["ocisAdmin", "ocis admin users group"],
  spaceAdmin: ["ocisSpaceAdmin", "ocis space admin user group"],
  user: ["ocisUser", "ocis user group"],
  guest: ["ocisGuest", "ocis guest group"],
} as const;

/** The example company after a real `up`, and what a person can do to it past the engine. */
export class CompanyByHand {
  /** Bodies of clients and texts of files as `up` made them. */
  readonly #clients = new Map<string, object>();
  readonly #files = new Map<string, string>();

  private constructor(
    readonly server: PocketIdUnderTest,
    readonly company: ExampleCompany,
    /** IDs of the groups, which are others after one was made again. */
    public ids: Record<Role, string>,
  ) {}

  /** @param version of an emulated server. @default the one that the run of tests chose */
  static async open(version?: PocketIdVersion): Promise<CompanyByHand> {
    const server = await pocketIdUnderTest(version === undefined ? {} : { version });
    const company = await exampleCompany(server);
    await company.stack.up();
    const outputs = await company.stack.outputs();
    const by = new CompanyByHand(server, company, outputs["groupIds"] as Record<Role, string>);
    for (const id of [WEB, DESKTOP, IOS]) {
      by.#clients.set(id, (await server.call<object>("GET", `/api/oidc/clients/${id}`)).body);
    }
    for (const name of readdirSync(company.bundle)) by.#files.set(name, readFileSync(by.file(name), "utf8"));
    return by;
  }

  async close(): Promise<void> {
    await this.company.stack.destroy();
    await this.company.remove();
    await this.server.close();
  }

  drift(...options: string[]) {
    return runDrift(this.company.stack, options);
  }

  group(role: Role, names: { name: string; friendlyName: string }) {
    return this.server.call("PUT", `/api/user-groups/${this.ids[role]}`, names);
  }

  claims(role: Role, claims: { key: string; value: string }[]) {
    return this.server.call("PUT", `/api/custom-claims/user-group/${this.ids[role]}`, claims);
  }

  members(role: Role, userIds: string[]) {
    return this.server.call("PUT", `/api/user-groups/${this.ids[role]}/users`, { userIds });
  }

  allowed(client: string, userGroupIds: string[]) {
    return this.server.call("PUT", `/api/oidc/clients/${client}/allowed-user-groups`, { userGroupIds });
  }

  async client(id: string, edit: object): Promise<void> {
    const { body } = await this.server.call<object>("GET", `/api/oidc/clients/${id}`);
    const { status } = await this.server.call("PUT", `/api/oidc/clients/${id}`, { ...body, ...edit });
    expect(status).toBe(200);
  }

  file(name: string): string {
    return join(this.company.bundle, name);
  }

  /** Writes back what edits have changed, without the engine, which takes longer. */
  async restore(): Promise<void> {
    for (const [role, [name, friendlyName]] of Object.entries(ROLES) as [Role, readonly [string, string]][]) {
      await this.group(role, { name, friendlyName });
      await this.claims(role, [{ key: "roles", value: name }]);
      await this.members(role, [this.company.people[role].id]);
    }
    for (const [id, body] of this.#clients) {
      await this.server.call("PUT", `/api/oidc/clients/${id}`, body);
      await this.allowed(id, Object.values(this.ids));
    }
    mkdirSync(this.company.bundle, { recursive: true });
    for (const [name, text] of this.#files) writeFileSync(this.file(name), text);
  }

  /** What is gone is made again by the engine, as `drift` says. */
  async upRefresh(): Promise<void> {
    await this.company.stack.up({ refresh: true });
    this.ids = (await this.company.stack.outputs())["groupIds"] as Record<Role, string>;
  }
}
