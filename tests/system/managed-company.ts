import { OCIS, type Product } from "@ocis-pocket-id/components";
import { declareCompany } from "ocis-pocket-id/program";
import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Docker } from "../support/docker";
import { type EngineStack, engineStack } from "../support/engine";
import { freePort } from "../support/free-port";
import {
  type AuthorizationRequest,
  type Browser,
  logIn,
  openBrowser,
  refreshTokens,
  signIn,
  type Tokens,
} from "./browser";
import { enterProject } from "./deployed-company";
import { type Ocis, ocisFor, type Role } from "./ocis";
import type { Images } from "./parts";

interface Outputs {
  ocisUrl: string;
  issuer: string;
  clientId: string;
  nativeClientIds: Record<App, string>;
  groupIds: Record<Role, string>;
  authority: string;
  adminLink: string;
}

type App = "desktop" | "ios" | "android";

const PATIENCE_MS = 120_000;

/** A company whose stack runs TLS proxy, Pocket ID and oCIS, with alice as its admin. */
export class ManagedCompany {
  /** The stack's keys, without the project's name; the next `up` uses them. */
  readonly keys: Record<string, string>;
  outputs!: Outputs;
  #session = "";
  #desktop: Tokens | undefined;
  #file: { path: string; hash: string } | undefined;

  private constructor(
    readonly name: string,
    readonly stack: EngineStack,
    private readonly port: number,
    readonly folder: string,
    private readonly docker: Docker,
    images: Images,
    readonly product: Product,
  ) {
    this.keys = {
      product: product.key,
      ocisHost: `${product.key}.localhost:${port}`,
      pocketIdHost: `pocket-id.localhost:${port}`,
      pocketId: "managed",
      certificates: "internal",
      pocketIdAdmin: JSON.stringify({ username: "alice", email: "alice@company.test" }),
      members: JSON.stringify({ admin: ["alice"] }),
      protect: "false",
      ocisImage: images.ocis,
      pocketIdImage: images.pocketId,
      proxyImage: images.caddy,
    };
  }

  static async create(
    docker: Docker,
    name: string,
    images: Images,
    product: Product = OCIS,
  ): Promise<ManagedCompany> {
    const { folder } = enterProject(name);
    const stack = await engineStack(name, () => {
      const { ocisUrl, issuer, clientId, nativeClientIds, groupIds, pocketId } = declareCompany();
      return Promise.resolve({ ocisUrl, issuer, clientId, nativeClientIds, groupIds, ...pocketId });
    });
    return new ManagedCompany(name, stack, await freePort(), folder, docker, images, product);
  }

  container(part: "ocis" | "pocket-id" | "proxy"): string {
    return `${this.name}-test-${part === "ocis" ? this.product.key : part}`;
  }

  /** Runs `up` with these keys changed. @returns how many resources were changed in which way. */
  async up(
    keys: Record<string, string> = {},
    options: Parameters<EngineStack["up"]>[0] = {},
  ): Promise<Record<string, number>> {
    await this.configure(keys);
    const { changes } = await this.stack.up(options);
    this.outputs = (await this.stack.outputs()) as unknown as Outputs;
    return changes;
  }

  async configure(keys: Record<string, string>): Promise<void> {
    Object.assign(this.keys, keys);
    await this.stack.replaceConfig(
      Object.fromEntries(
        Object.entries(this.keys).map(([key, value]) => [`${this.name}:${key}`, { value }] as const),
      ),
    );
  }

  /** The URN of a resource by its name in the program. */
  urnOf(resource: string): string {
    const found = new RegExp(`urn:pulumi:[^"]*::${resource}(?=")`).exec(this.stack.state());
    if (found === null) throw new Error(`the stack has no ${resource}`);
    return found[0];
  }

  /** alice's machine. */
  get browser(): Browser {
    return openBrowser(this.port, this.outputs.authority);
  }

  /** alice uses her link, and uploads a file that must outlive everything; the desktop app logs in too, and stays so. */
  async begin(): Promise<void> {
    await this.useLink();
    await this.useDesktopApp();
    const { ocis } = await this.logIn();
    const text = randomBytes(512 * 1024).toString("hex");
    const address = await ocis.fileUrl("precious.txt");
    await ocis.writeFile(address, text);
    this.#file = { path: new URL(address).pathname, hash: sha256(text) };
  }

  /** Signs alice in to the desktop app, which stays signed in by its refresh token. */
  async useDesktopApp(): Promise<void> {
    this.#desktop = await logIn(this.browser, this.#session, this.app("desktop"));
  }

  /** Signs alice in at Pocket ID with the link of the stack's outputs. */
  async useLink(): Promise<void> {
    const token = new URL(this.outputs.adminLink).pathname.split("/").at(-1) ?? "";
    this.#session = await signIn(this.browser, this.outputs.issuer, token);
  }

  /** Signs alice in at Pocket ID again, with another link. */
  async freshSession(): Promise<void> {
    await this.up({}, { replace: [this.urnOf("pocket-id-admin")] });
    await this.useLink();
  }

  /** alice logs in to oCIS, as the web page or an app does. */
  async logIn(client: AuthorizationRequest = this.web()): Promise<{ ocis: Ocis; tokens: Tokens }> {
    const tokens = await logIn(this.browser, this.#session, client);
    const ocis = ocisFor(this.browser, this.outputs.ocisUrl, tokens.access_token);
    const { username } = await ocis.account();
    if (username !== "alice") throw new Error(`oCIS takes alice for ${username}`);
    return { ocis, tokens };
  }

  /** Throws unless a login works, the desktop app is still logged in, and the file is what was uploaded. */
  async check(): Promise<void> {
    const { ocis } = await this.logIn();
    await this.checkFile(ocis);
    await ocis.writeFile(await ocis.fileUrl("later.txt"), randomBytes(8).toString("hex"));
    if (this.#desktop === undefined) return;
    this.#desktop = await refreshTokens(this.browser, this.app("desktop"), this.#desktop);
    await this.checkFile(ocisFor(this.browser, this.outputs.ocisUrl, this.#desktop.access_token));
  }

  /** Throws unless the file that was uploaded at the start is as it was. */
  async checkFile(ocis: Ocis): Promise<void> {
    if (this.#file === undefined) throw new Error("nothing was uploaded before");
    const { path, hash } = this.#file;
    const found = sha256(await ocis.readFile(this.outputs.ocisUrl + path));
    if (found !== hash) throw new Error(`the file's checksum is ${found}, but was ${hash}`);
  }

  /** Waits until {@link check} passes. @returns after how many seconds it did. */
  async recovered(): Promise<number> {
    const start = Date.now();
    for (;;) {
      try {
        await this.check();
        return Math.round((Date.now() - start) / 100) / 10;
      } catch (error) {
        if (Date.now() - start > PATIENCE_MS) throw error;
        await sleep(500);
      }
    }
  }

  /** Kills the program of a container as the kernel does when memory is short; Docker starts it again. */
  async kill(part: Parameters<ManagedCompany["container"]>[0]): Promise<void> {
    const { State } = await this.docker.inspect<{ State: { Pid: number } }>(
      "container",
      this.container(part),
    );
    const inHost = ["--rm", "--pid", "host", "--user", "0", "--network", "none", "--entrypoint", "kill"];
    await this.docker.run("run", ...inHost, this.keys["proxyImage"] ?? "", "-9", String(State.Pid));
  }

  web(): AuthorizationRequest {
    const { issuer, clientId, ocisUrl } = this.outputs;
    return {
      issuer,
      clientId,
      redirectUri: `${ocisUrl}/oidc-callback.html`,
      scope: "openid profile email",
    };
  }

  app(app: App): AuthorizationRequest {
    const { issuer, nativeClientIds } = this.outputs;
    return {
      issuer,
      clientId: nativeClientIds[app],
      redirectUri:
        this.product.nativeClients.find(({ key }) => key === app)?.callbackUrls[0]?.replace("*", "43210") ??
        "",
      scope: "openid offline_access email profile",
    };
  }

  async remove(checkout: string): Promise<void> {
    process.chdir(checkout);
    await this.docker.removeAllOf(this.name);
    for (const left of [this.folder, this.stack.directory]) rmSync(left, { recursive: true, force: true });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
