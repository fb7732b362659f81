import { dockerHost } from "@ocis-pocket-id/components/docker-host";
import { connect } from "../../components/docker-host/api";
import type { Finding } from "../../cli/doctor/finding";
import { findingsOf, runDrift } from "../cli/drift-run";
import { join } from "node:path";
import type { Docker } from "../support/docker";
import { loginOf, runProgram } from "../support/program";
import type { ManagedCompany } from "./managed-company";
import type { Role } from "./ocis";

interface Inspected {
  readonly Config: { readonly Env: readonly string[] };
  readonly HostConfig: object;
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] }>>;
  };
}

/** A managed company, and what a person can do to it past the engine. */
export class ManagedByHand {
  company!: ManagedCompany;
  /** The ID of a person who is a user. */
  uma = "";
  #apiKey = "";

  constructor(readonly docker: Docker) {}

  /** The product's container. */
  get container(): string {
    return this.company.container("ocis");
  }

  /** Calls Pocket ID's API as an admin; must succeed. */
  async call<Body = unknown>(method: string, path: string, body?: unknown): Promise<Body> {
    const { company, docker } = this;
    this.#apiKey ||= await docker.run(
      ...["exec", company.container("pocket-id"), "cat", "/run/secrets/api-key"],
    );
    const headers = { "X-API-KEY": this.#apiKey, "Content-Type": "application/json" };
    const options = { headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const { status, text } = await company.browser.send(method, company.outputs.issuer + path, options);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Body;
  }

  async client(id: string, edit: object): Promise<void> {
    const path = `/api/oidc/clients/${id}`;
    await this.call("PUT", path, { ...(await this.call<object>("GET", path)), ...edit });
  }

  claims(role: Role, value?: string) {
    const claims = value === undefined ? [] : [{ key: this.company.product.claimKey, value }];
    return this.call("PUT", `/api/custom-claims/user-group/${this.groupId(role)}`, claims);
  }

  groupId(role: Role): string {
    return this.company.outputs.groupIds[role];
  }

  /** Adds a person to Pocket ID. @returns their ID */
  async add(username: string): Promise<string> {
    const names = { username, firstName: username, lastName: "", displayName: username };
    const { id } = await this.call<{ id: string }>("POST", "/api/users", {
      ...names,
      email: `${username}@company.test`,
    });
    return id;
  }

  /** Puts a container in place of the product's, which differs in these variables alone. */
  async recreate(variables: Readonly<Record<string, string>>): Promise<void> {
    const { container, docker } = this;
    const { Config, HostConfig, NetworkSettings } = await docker.inspect<Inspected>("container", container);
    const isKept = (line: string) => !Object.keys(variables).some((name) => line.startsWith(`${name}=`));
    const Env = [
      ...Config.Env.filter(isKept),
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ];
    const networks = Object.entries(NetworkSettings.Networks).map(([name, { Aliases }]) => [
      name,
      { Aliases },
    ]);
    const NetworkingConfig = { EndpointsConfig: Object.fromEntries(networks) as object };
    // Otherwise nothing trusts Pocket ID's certificate.
    const authority = "/etc/ssl/certs/pocket-id-authority.crt";
    const copy = join(this.company.folder, "authority.crt");
    await docker.run("cp", `${container}:${authority}`, copy);
    await docker.run("rm", "--force", container);
    const body = { ...Config, Env, HostConfig, NetworkingConfig };
    await connect(dockerHost({}))("POST", `/containers/create?name=${container}`, body);
    await docker.run("cp", copy, `${container}:${authority}`);
    await docker.run("start", container);
  }

  /** What drift names as the fix for a container that was recreated. */
  async replace(): Promise<void> {
    await this.docker.run("stop", this.container);
    await this.docker.run("rm", this.container);
    await this.up();
  }

  up() {
    return this.company.up({}, { refresh: true });
  }

  /** `object: change` of every finding of `drift`, and its errors. */
  async drift(): Promise<string[]> {
    const { report } = await runDrift(this.company.stack, [], { folder: this.company.folder });
    return [...findingsOf(report), ...report.errors].sort();
  }

  /** What `doctor` finds. */
  async doctor(...options: string[]): Promise<Finding[]> {
    const { folder, stack } = this.company;
    const words = ["doctor", "--cwd", folder, "--stack", "test", "--json", ...options];
    const { stdout, stderr } = await runProgram(words, loginOf(stack));
    if (stdout === "") throw new Error(`doctor printed nothing:\n${stderr}`);
    const [result] = JSON.parse(stdout) as [{ findings: Finding[] } | { error: string }];
    if ("error" in result) throw new Error(result.error);
    return result.findings;
  }

  /** The codes of its findings, each once. */
  async codes(...options: string[]): Promise<string[]> {
    return [...new Set((await this.doctor(...options)).map(({ code }) => code))].sort();
  }
}
