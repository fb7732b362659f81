import { OcisWithPocketId, type OcisWithPocketIdArgs, type Product } from "@ocis-pocket-id/components";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineStack, engineStack, type RunOptions } from "../support/engine";
import { loginOf, runProgram } from "../support/program";
import { type AuthorizationRequest, type Browser, logIn, openBrowser, signIn } from "./browser";
import { type CompanyNetwork, POCKET_ID_HOST } from "./company-network";
import { type Ocis, ocisFor, type Role } from "./ocis";

/** One person for each role, by username. */
export const PEOPLE: Readonly<Record<Role, string>> = {
  admin: "alice",
  spaceAdmin: "sam",
  user: "uma",
  guest: "gus",
};

interface Outputs {
  ocisUrl: string;
  issuer: string;
  clientId: string;
  deployment: { container?: string; service?: string; directory?: string; statefulSet?: string };
}

/** What is there before a product is: a namespace of a cluster has it, too. */
type Before = Pick<CompanyNetwork, "name" | "authority" | "proxyPort" | "pocketId">;

/** A product that a stack of its own deploys into a company's network. */
export class DeployedCompany {
  readonly browser: Browser;
  outputs!: Outputs;

  private constructor(
    readonly product: Product,
    readonly stack: EngineStack,
    private readonly state: { args: OcisWithPocketIdArgs },
    network: Before,
  ) {
    this.browser = openBrowser(network.proxyPort, network.authority);
  }

  /** @param args beside product and domain @param config beside the connection */
  static async open(
    network: Before,
    product: Product,
    args: Omit<OcisWithPocketIdArgs, "product" | "domain">,
    config: ConfigMap = {},
  ): Promise<DeployedCompany> {
    const { key } = product;
    const state = { args: { ...args, product: key, domain: "company.test" } };
    const stack = await engineStack(network.name, () => {
      const { ocisUrl, issuer, clientId, deployment } = new OcisWithPocketId(key, state.args);
      return Promise.resolve({ ocisUrl, issuer, clientId, deployment });
    });
    await stack.setConfig({
      "pocketid:url": { value: network.pocketId.url },
      "pocketid:apiKey": { value: network.pocketId.apiKey, secret: true },
      ...config,
    });
    return new DeployedCompany(product, stack, state, network);
  }

  /** Runs `up` with these arguments changed. @returns how many resources were changed in which way. */
  async up(change: Partial<OcisWithPocketIdArgs> = {}, options: RunOptions = {}) {
    this.state.args = { ...this.state.args, ...change };
    const { changes } = await this.stack.up(options);
    this.outputs = (await this.stack.outputs()) as unknown as Outputs;
    return changes;
  }

  /** Runs `ocis-pocket-id` for this stack. @throws Error with what it reported */
  async program(...words: string[]) {
    const { stack } = this;
    const run = await runProgram([...words, "--stack", "test", "--cwd", stack.directory], loginOf(stack));
    if (run.code !== 0) throw new Error(run.stderr);
    return run;
  }

  /** What the next `up` would do, without and with a refresh: `same` alone means nothing. */
  async previews(): Promise<string[][]> {
    const [plain, refreshed] = [await this.stack.preview(), await this.stack.preview({ refresh: true })];
    return [plain, refreshed].map(({ changes }) => Object.keys(changes));
  }

  /** Logs a person in as the product's page does. @param session of {@link addPerson} */
  async logIn(session: string): Promise<Ocis> {
    return this.with(await this.token(session));
  }

  /** An access token of the web client. */
  async token(session: string): Promise<string> {
    const { issuer, clientId, ocisUrl } = this.outputs;
    const client: AuthorizationRequest = {
      ...{ issuer, clientId, redirectUri: `${ocisUrl}/oidc-callback.html`, scope: "openid profile email" },
    };
    return (await logIn(this.browser, session, client)).access_token;
  }

  /** The product's API for an access token, whichever client it's for. */
  with(accessToken: string): Ocis {
    return ocisFor(this.browser, this.outputs.ocisUrl, accessToken);
  }
}

/** Makes a person in the company's Pocket ID, and signs them in. @returns the session's cookie */
export async function addPerson({ pocketId, proxyPort, authority }: Before, username: string) {
  const names = { username, firstName: username, lastName: "", displayName: username };
  const person = { ...names, email: `${username}@company.test` };
  const { body } = await pocketId.call<{ id: string }>("POST", "/api/users", person);
  const path = `/api/users/${body.id}/one-time-access-token`;
  const link = await pocketId.call<{ token: string }>("POST", path, { ttl: "1h" });
  return signIn(openBrowser(proxyPort, authority), `https://${POCKET_ID_HOST}`, link.body.token);
}

/** Makes a folder that the engine takes for that of a program, and enters it. */
export function enterProject(name: string) {
  const checkout = process.cwd();
  mkdirSync(join(checkout, ".cache", "tests"), { recursive: true });
  const folder = mkdtempSync(join(checkout, ".cache", "tests", `${name}-`));
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
  process.chdir(folder);
  return {
    folder,
    leave() {
      process.chdir(checkout);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
