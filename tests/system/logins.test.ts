import {
  OCIS,
  OcisWithPocketId,
  type OcisWithPocketIdArgs,
  OPENCLOUD,
  type Product,
} from "@ocis-pocket-id/components";
import { readdirSync, rmSync } from "node:fs";
import { Docker } from "../support/docker";
import type { EngineStack, Outcome } from "../support/engine";
import { uniqueName } from "../support/pocket-id";
import { type AuthorizationRequest, type Browser, openBrowser, refreshTokens } from "./browser";
import { type CompanyNetwork, POCKET_ID_HOST, startCompanyNetwork } from "./company-network";
import { type Account, ocisFor, type Role, ROLE_IDS, type WebConfiguration } from "./ocis";
import {
  addPeople,
  companyStack,
  enterProgramFolder,
  filesIn,
  firstArgs,
  openAccount,
  type Outputs,
  type Person,
  requestsOf,
  ROLES,
  statusOf,
  textsWith,
  whyNobodyLogsIn,
} from "./logins-parts";
import { systemParts } from "./parts";

for (const [product, variable] of [
  [OCIS, "TEST_OCIS_IMAGE"],
  [OPENCLOUD, "TEST_OPENCLOUD_IMAGE"],
] as const) {
  const parts = systemParts(variable);
  const missing = "missing" in parts ? parts.missing : undefined;
  const { title } = product;
  if (missing !== undefined) console.log(`The test of real logins to ${title} is skipped: ${missing}`);
  (missing === undefined ? describe : describe.skip)(`a company with a real ${title}`, () => {
    lifeOf(product, parts);
  });
}

/** The life of one company with real servers, step by step: each test goes on where the one before stopped. */
function lifeOf(product: Product, parts: ReturnType<typeof systemParts>) {
  const { key, title, web: page } = product;
  const docker = new Docker();
  const name = uniqueName("logins");
  const owner = `${name}/test/${key}`;
  const checkout = process.cwd();
  const accounts = new Map<Role, Account>();
  /** Whatever the engine printed, and what the containers wrote that are gone. */
  const said: string[] = [];

  let folder: string;
  let company: CompanyNetwork;
  let browser: Browser;
  let stack: EngineStack;
  let args: OcisWithPocketIdArgs;
  let outputs: Outputs;
  let sessions: ReadonlyMap<Person, string>;
  let resources: number;

  beforeAll(async () => {
    if ("missing" in parts) return;
    company = await startCompanyNetwork(docker, name, parts);
    browser = openBrowser(company.proxyPort, company.authority);
    folder = enterProgramFolder(name);
    stack = await companyStack(name, company, () => new OcisWithPocketId(key, args));
    args = firstArgs(product, name, parts.ocis, company.authority);
  });
  afterAll(async () => {
    process.chdir(checkout);
    await docker.removeAllOf(name);
    for (const left of [folder, stack.directory]) rmSync(left, { recursive: true, force: true });
  });

  const log = () => docker.log(outputs.deployment.container);
  const containerId = async () =>
    (await docker.inspect<{ Id: string }>("container", outputs.deployment.container)).Id;
  const fileInContainer = (path: string) => docker.run("exec", outputs.deployment.container, "cat", path);
  const up = async (): Promise<Outcome> => {
    const outcome = await stack.up();
    said.push(outcome.text);
    outputs = (await stack.outputs()) as unknown as Outputs;
    return outcome;
  };
  /** Replaces what oCIS is told, which must fail; returns the lines that say why. */
  const failedUp = async (change: Partial<OcisWithPocketIdArgs>): Promise<string[]> => {
    said.push(await log());
    const before = args;
    args = { ...args, ...change };
    const failure = await stack.failureOf(stack.up()).finally(() => (args = before));
    said.push(failure);
    return whyNobodyLogsIn(failure);
  };
  const { web, native } = requestsOf(product, () => outputs);
  const logInAs = (person: Person, client: AuthorizationRequest) =>
    openAccount(browser, sessions.get(person) ?? "", client, outputs.ocisUrl);

  test("one up, and the next preview has nothing to do", async () => {
    sessions = await addPeople(company);
    const { changes } = await up();
    resources = changes["create"] ?? 0;
    expect(changes).toEqual({ create: resources });
    expect(outputs).toMatchObject({
      ocisUrl: `https://${key}.company.test`,
      issuer: `https://${POCKET_ID_HOST}`,
    });
    expect((await stack.preview()).changes).toEqual({ same: resources });
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: resources });
  });

  test(`${page} is told the client ID, and where Pocket ID is`, async () => {
    const { text } = await browser.send("GET", `${outputs.ocisUrl}/config.json`);
    const { openIdConnect } = JSON.parse(text) as WebConfiguration;
    expect(openIdConnect).toMatchObject({ client_id: outputs.clientId, scope: web().scope });
    const discovery = await browser.send("GET", openIdConnect.metadata_url);
    expect(JSON.parse(discovery.text)).toMatchObject({ issuer: outputs.issuer });
  });

  test.each(ROLES)(
    `a person in the group of %s logs in and has exactly that role in ${title}`,
    async (role) => {
      const { ocis } = await logInAs(role, web());
      const account = await ocis.account();
      expect(account.roleIds).toEqual([ROLE_IDS[role]]);
      accounts.set(role, account);
    },
  );

  test.each(["desktop", "ios", "android"] as const)(
    "the %s app logs in, and with a new token too",
    async (app) => {
      const { tokens, ocis } = await logInAs("user", native(app));
      expect(await ocis.account()).toEqual(accounts.get("user"));
      const renewed = await refreshTokens(browser, native(app), tokens);
      const later = ocisFor(browser, outputs.ocisUrl, renewed.access_token);
      expect(await later.account()).toEqual(accounts.get("user"));
    },
  );

  test(`a person in no group is refused, whatever the client, and ${title} makes no account`, async () => {
    for (const client of [web(), native("desktop"), native("ios"), native("android")]) {
      await expect(logInAs("stranger", client)).rejects.toThrow(
        /refuses with (403|302): .*not.allowed.to.access/,
      );
    }
    const { ocis } = await logInAs("admin", web());
    const usernames = await ocis.usernames();
    expect(usernames).toEqual(expect.arrayContaining(["alice", "sam", "uma", "gus"]));
    expect(usernames).not.toContain("stan");
  });

  test("a change of the content security policy replaces the container; accounts and files stay", async () => {
    const csp = async () =>
      (await browser.send("GET", `${outputs.ocisUrl}/`)).headers["content-security-policy"];
    const office = "https://office.company.test";
    const before = await logInAs("user", web());
    const file = await before.ocis.fileUrl("letter.txt");
    await before.ocis.writeFile(file, "precious");
    expect(await csp()).toContain(outputs.issuer);
    expect(await csp()).not.toContain(office);
    const replaced = await containerId();
    said.push(await log());

    args = { ...args, contentSecurityPolicy: { extend: { "frame-src": [office] } } };
    const { changes } = await up();
    expect(changes).toMatchObject({ replace: 1 });
    expect(await containerId()).not.toBe(replaced);
    expect(await csp()).toMatch(new RegExp(`frame-src [^;]*${office}`));
    // The token from before, and a new login.
    for (const { ocis } of [before, await logInAs("user", web())]) {
      expect(await ocis.account()).toEqual(accounts.get("user"));
      expect(await ocis.readFile(file)).toBe("precious");
    }
    expect((await stack.preview()).changes).toEqual({ same: resources });
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: resources });
  });

  // The other product's secrets are in its volume alone.
  if (key === "ocis") {
    test("the config volume is lost; up --refresh brings back accounts, files and even logins", async () => {
      expect(outputs.deployment.secrets).toBe("stack");
      const before = await logInAs("user", web());
      const file = await before.ocis.fileUrl("letter.txt");
      said.push(await log());
      await docker.run("rm", "--force", outputs.deployment.container);
      await docker.run("volume", "rm", outputs.deployment.volumes.config);
      const preview = await stack.preview();
      expect(preview.text).toContain(`'${outputs.deployment.volumes.config}' has lost its ocis.yaml`);
      said.push((await stack.up({ refresh: true })).text);
      for (const { ocis } of [before, await logInAs("user", web())]) {
        expect(await ocis.account()).toEqual(accounts.get("user"));
        expect(await ocis.readFile(file)).toBe("precious");
      }
      expect((await stack.preview({ refresh: true })).changes).toEqual({ same: resources });
    });
  }

  test(`an authority that ${title} does not know is one clear line`, async () => {
    const { caCertificate, ...target } = { caCertificate: undefined, ...args.target };
    expect(caCertificate).toBeDefined();
    const lines = await failedUp({ target: target as OcisWithPocketIdArgs["target"] });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(
      `${title} doesn't trust Pocket ID's certificate (signed by unknown authority)`,
    );
  });

  test("an issuer other than the one that Pocket ID names is one clear line", async () => {
    const issuer = "http://pocket-id:1411";
    const lines = await failedUp({ overrideEnvironment: { [`${product.prefix}_OIDC_ISSUER`]: issuer } });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`Pocket ID's issuer is '${outputs.issuer}', but ${title} expects '${issuer}'`);
  });

  test("after the fix the next up works, and people log in to their accounts", async () => {
    await up();
    for (const role of ROLES) {
      const { ocis } = await logInAs(role, web());
      expect(await ocis.account()).toEqual(accounts.get(role));
    }
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: resources });
  });

  test("API key and admin password are nowhere in clear", async () => {
    const configuration = await fileInContainer(`/etc/${key}/${key}.yaml`);
    if (key === "ocis") expect(await fileInContainer("/run/secrets/ocis.yaml")).toBe(configuration);
    const [, password = ""] = /admin_password: ([\w-]{32})$/m.exec(configuration) ?? [];
    expect(password).not.toBe("");
    said.push(await log(), await company.logs(), JSON.stringify(outputs));
    const texts = [...said, ...filesIn(stack.directory)];
    for (const secret of [password, company.pocketId.apiKey]) expect(textsWith(secret, texts)).toEqual([]);
  });

  test("destroy leaves only the volumes", async () => {
    const { volumes } = outputs.deployment;
    said.push((await stack.destroy()).text);
    const ownedBy = `label=io.github.ocis-pocket-id.owner=${owner}`;
    expect(await docker.names("volume", ownedBy)).toEqual([volumes.config, volumes.data].sort());
    expect(await docker.names("container", ownedBy)).toEqual([]);
    expect(await docker.names("network", ownedBy)).toEqual([]);
    expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
    for (const id of [outputs.clientId, ...Object.values(outputs.nativeClientIds)]) {
      expect(await statusOf(company.pocketId, `/api/oidc/clients/${id}`)).toBe(404);
    }
  });
}
