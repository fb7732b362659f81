import { createHash, randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { readCompose } from "../../cli/import/compose";
import type { Docker } from "../support/docker";
import { type Company, fillPocketId } from "../support/import-setups";
import { caller, type PocketIdUnderTest } from "../support/pocket-id";
import { type Browser, logIn, signIn } from "./browser";
import { caddyfile, startProxy, until } from "./moving-proxy";
import type { Moving, Place } from "./moving-setups";
import { type Ocis, ocisFor } from "./ocis";

const SETUPS = join(__dirname, "..", "fixtures", "import");
const OVERRIDE = "override";

/** A set-up of tests/fixtures/import that runs: oCIS and what is beside it by `docker compose`, Pocket ID, and a TLS proxy. */
export class MovingCompany {
  readonly folder: string;
  browser!: Browser;
  readonly call: PocketIdUnderTest["call"];
  #session = "";

  constructor(
    private readonly docker: Docker,
    readonly setup: string,
    private readonly company: Company,
    private readonly moving: Moving,
    readonly place: Place,
    parent: string,
  ) {
    // Compose names its project after it.
    this.folder = join(parent, place.name);
    this.call = caller({ url: this.pocketIdUrl, apiKey: place.apiKey });
  }

  get pocketIdUrl(): string {
    return `http://127.0.0.1:${this.place.ports.pocketId}`;
  }

  get service(): string {
    return this.moving.service ?? "ocis";
  }

  readonly compose = async (...words: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)("docker", ["compose", ...words], { cwd: this.folder });
    return stdout.trim();
  };

  async start(): Promise<void> {
    const { name } = this.place;
    await this.docker.run("network", "create", name);
    this.writeFiles();
    const services = Object.keys(this.moving.services(this.place));
    const hasOwn = services.includes("pocket-id");
    if (hasOwn) await this.compose("up", "--detach", "--no-deps", "pocket-id");
    else await this.startPocketId();
    this.browser = await startProxy(this.docker, this, this.company, this.moving);
    await until("Pocket ID answers", async () => {
      // Docker accepts connections for a program that doesn't listen yet, and some are never answered.
      const signal = AbortSignal.timeout(2_000);
      return (await fetch(`${this.pocketIdUrl}/healthz`, { signal })).status === 204;
    });
    await this.call("GET", "/api/users/me");
    const names = { username: "uma", firstName: "uma", lastName: "", displayName: "uma" };
    const { body } = await this.call<{ id: string }>("POST", "/api/users", {
      ...names,
      email: "uma@company.test",
    });
    await fillPocketId(this.call, this.company, body.id);
    await this.initialise();
    await this.compose("up", "--detach");
    const path = `/api/users/${body.id}/one-time-access-token`;
    const link = await this.call<{ token: string }>("POST", path, { ttl: "1h" });
    this.#session = await signIn(this.browser, this.company.issuer, link.body.token);
    await until("oCIS serves", async () => {
      return (await this.browser.send("GET", `${this.company.ocisUrl}/config.json`)).status === 200;
    });
  }

  /** A new login, as ownCloud Web does it. */
  async logIn(): Promise<Ocis> {
    const { issuer, ocisUrl, clientId } = this.company;
    const request = {
      issuer,
      clientId,
      redirectUri: `${ocisUrl}/oidc-callback.html`,
      scope: "openid profile email",
    };
    const tokens = await logIn(this.browser, this.#session, request);
    return ocisFor(this.browser, ocisUrl, tokens.access_token);
  }

  /** Leads the set-up's own proxy to the new container, where the report asks for it. */
  async reroute(newName: string): Promise<void> {
    if (this.moving.proxy !== "own") return;
    writeFileSync(join(this.folder, "proxy/Caddyfile"), caddyfile(this, this.company, this.moving, newName));
    const [proxy = ""] = Object.keys(this.moving.services(this.place));
    await this.compose(
      "exec",
      proxy,
      "caddy",
      "reload",
      "--config",
      "/proxy/Caddyfile",
      "--adapter",
      "caddyfile",
    );
  }

  /** IDs and starts of all containers but oCIS's: what isn't ours stays as it is. */
  async others(): Promise<string[]> {
    const services = (await this.compose("config", "--services"))
      .split("\n")
      .filter((one) => one !== this.service);
    const ids = services.length === 0 ? "" : await this.compose("ps", "--quiet", ...services);
    if (ids === "") return [];
    const format = "{{.Name}} {{.Id}} {{.State.StartedAt}} {{.State.Running}}";
    return (await this.docker.run("inspect", "--format", format, ...ids.split("\n"))).split("\n").sort();
  }

  /** Does what import asks for a configuration that is a file alone: it becomes a folder. */
  async mountConfiguration(): Promise<void> {
    const file = join(this.folder, "docker-compose.yaml");
    const text = readFileSync(file, "utf8").replace("./ocis.yaml:/etc/ocis/ocis.yaml", "./config:/etc/ocis");
    writeFileSync(file, text);
    await this.compose("up", "--detach");
  }

  private writeFiles(): void {
    cpSync(join(SETUPS, this.setup), this.folder, { recursive: true });
    const edits = this.moving.edits(this.place);
    for (const file of readdirSync(this.folder).filter((one) => /\.ya?ml$|\.env$/.test(one))) {
      const path = join(this.folder, file);
      const text = edits.reduce(
        (all, [from, to]) => all.replace(from, to),
        readFileSync(path, "utf8").replaceAll("/mnt/user", join(this.folder, "user")),
      );
      writeFileSync(path, text);
    }
    const base = readdirSync(this.folder).find((file) => /^(docker-)?compose\.ya?ml$/.test(file)) ?? "";
    const override = this.setup === "collabora" ? "override.yml" : base.replace(".", `.${OVERRIDE}.`);
    writeFileSync(
      join(this.folder, override),
      JSON.stringify({ services: this.moving.services(this.place) }),
    );
    writeFileSync(join(this.folder, "app-registry.yaml"), "app_registry: { mimetypes: [] }\n");
  }

  private async startPocketId(): Promise<void> {
    const { name, images, ports, apiKey } = this.place;
    const variables = {
      ...{ APP_URL: this.company.issuer, STATIC_API_KEY: apiKey, TRUST_PROXY: "true" },
      ...{
        ENCRYPTION_KEY: randomBytes(16).toString("hex"),
        ANALYTICS_DISABLED: "true",
        VERSION_CHECK_DISABLED: "true",
      },
    };
    const env = Object.entries(variables).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]);
    const options = ["--detach", "--name", `${name}-pocket-id`, "--network", name];
    await this.docker.run(
      "run",
      ...options,
      "--publish",
      `127.0.0.1:${ports.pocketId}:1411`,
      ...env,
      images.pocketId,
    );
  }

  /** Makes folders and volumes, and runs `ocis init` as its guide did. */
  private async initialise(): Promise<void> {
    const { name, images } = this.place;
    if (this.setup === "private-authority") {
      for (const volume of ["config", "files"])
        await this.docker.run("volume", "create", `${name}-${volume}`);
    }
    if (this.setup === "no-volumes") {
      const config = join(this.folder, "config");
      mkdirSync(config);
      chmodSync(config, 0o777);
      await this.docker.run(
        "run",
        "--rm",
        "--volume",
        `${config}:/etc/ocis`,
        images.ocis,
        "init",
        "--insecure",
        "yes",
      );
      copyFileSync(join(config, "ocis.yaml"), join(this.folder, "ocis.yaml"));
      chmodSync(join(this.folder, "ocis.yaml"), 0o644);
    }
    for (const { source } of readCompose([this.folder], this.service, {}).mounts) {
      if (source?.startsWith(this.folder) !== true) continue;
      if (!existsSync(source)) mkdirSync(source, { recursive: true });
      if (!source.endsWith(".yaml")) chmodSync(source, 0o777);
    }
    if (this.moving.isInitialised !== true || this.setup === "no-volumes") return;
    await this.compose("run", "--rm", "--no-deps", this.service, "init", "--insecure", "yes");
  }
}

/** What a file of random text has, and its checksum. */
export function randomFile() {
  const text = randomBytes(100_000).toString("base64");
  return { text, hash: hashOf(text) };
}

export const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
