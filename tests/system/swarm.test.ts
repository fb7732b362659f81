import { OcisWithPocketId, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { joinSwarm } from "../docker/swarm-stack";
import { Docker } from "../support/docker";
import { type EngineStack, engineStack } from "../support/engine";
import { longestGap } from "../support/longest-gap";
import { uniqueName } from "../support/pocket-id";
import { type Browser, logIn, openBrowser, signIn } from "./browser";
import { type CompanyNetwork, POCKET_ID_HOST, startCompanyNetwork } from "./company-network";
import { ocisFor, type Role, ROLE_IDS } from "./ocis";
import { systemParts } from "./parts";

const parts = systemParts();
const missing = "missing" in parts ? parts.missing : undefined;
if (missing !== undefined) console.log(`The test of logins in a Swarm is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

const PEOPLE: readonly (readonly [Role, string])[] = [
  ["admin", "alice"],
  ["spaceAdmin", "sam"],
  ["user", "uma"],
  ["guest", "gus"],
];

interface Outputs {
  ocisUrl: string;
  issuer: string;
  clientId: string;
  deployment: { service: string };
}

/** The life of one company, step by step: each test goes on where the one before stopped. */
describeWithParts("a company in a Docker Swarm, with real servers", () => {
  const docker = new Docker();
  const name = uniqueName("swarm");
  const checkout = process.cwd();
  const sessions = new Map<Role, string>();
  let leave = () => Promise.resolve();
  let folder: string;
  let company: CompanyNetwork;
  let browser: Browser;
  let stack: EngineStack;
  let args: OcisWithPocketIdArgs;
  let outputs: Outputs;
  let file: string;

  beforeAll(async () => {
    if ("missing" in parts) return;
    leave = await joinSwarm(docker);
    company = await startCompanyNetwork(docker, name, parts, "overlay");
    browser = openBrowser(company.proxyPort, company.authority);
    mkdirSync(join(checkout, ".cache", "tests"), { recursive: true });
    // The engine takes this folder for that of the program.
    folder = mkdtempSync(join(checkout, ".cache", "tests", "swarm-"));
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    process.chdir(folder);
    stack = await engineStack(name, () => {
      const { ocisUrl, issuer, clientId, deployment } = new OcisWithPocketId("ocis", args);
      return Promise.resolve({ ocisUrl, issuer, clientId, deployment });
    });
    await stack.setConfig({
      "pocketid:url": { value: company.pocketId.url },
      "pocketid:apiKey": { value: company.pocketId.apiKey, secret: true },
    });
    args = {
      domain: "company.test",
      members: Object.fromEntries(PEOPLE.map(([role, username]) => [role, [username]])),
      target: {
        type: "swarm",
        image: parts.ocis,
        networks: [{ name, aliases: [company.ocisAlias] }],
        caCertificate: company.authority,
        // Not every machine that tests has IPVS.
        endpointMode: "dnsrr",
      },
    };
  });
  afterAll(async () => {
    try {
      await stack.destroy();
    } finally {
      process.chdir(checkout);
      await docker.removeAllOf(name);
      await leave();
      for (const left of [folder, stack.directory]) rmSync(left, { recursive: true, force: true });
    }
  });

  const up = async () => {
    const { changes } = await stack.up();
    outputs = (await stack.outputs()) as unknown as Outputs;
    return changes;
  };
  const logInAs = async (role: Role) => {
    const { issuer, clientId, ocisUrl } = outputs;
    const client = {
      ...{ issuer, clientId, redirectUri: `${ocisUrl}/oidc-callback.html`, scope: "openid profile email" },
    };
    const tokens = await logIn(browser, sessions.get(role) ?? "", client);
    return ocisFor(browser, ocisUrl, tokens.access_token);
  };
  const everybodyHasTheirRole = async () => {
    for (const [role] of PEOPLE) {
      expect((await (await logInAs(role)).account()).roleIds).toEqual([ROLE_IDS[role]]);
    }
  };

  test("one up, each role logs in, and the next preview has nothing to do", async () => {
    for (const [role, username] of PEOPLE) {
      const { call } = company.pocketId;
      const names = { username, firstName: username, lastName: "", displayName: username };
      const person = { ...names, email: `${username}@company.test` };
      const { body } = await call<{ id: string }>("POST", "/api/users", person);
      const path = `/api/users/${body.id}/one-time-access-token`;
      const link = await call<{ token: string }>("POST", path, { ttl: "1h" });
      sessions.set(role, await signIn(browser, `https://${POCKET_ID_HOST}`, link.body.token));
    }
    const count = (await up())["create"] ?? 0;
    await everybodyHasTheirRole();
    expect((await stack.preview()).changes).toEqual({ same: count });
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: count });
    const ocis = await logInAs("user");
    file = await ocis.fileUrl("letter.txt");
    await ocis.writeFile(file, "precious");
  });

  test("after a change of csp.yaml, logins work at once and files are there", async () => {
    const office = "https://office.company.test";
    args = { ...args, contentSecurityPolicy: { extend: { "frame-src": [office] } } };
    const gap = longestGap(() => browser.send("GET", `${outputs.ocisUrl}/config.json`));
    const changes = await up();
    console.log(`oCIS didn't answer for ${await gap.stop()} ms during the update`);
    expect(changes).toMatchObject({ replace: 1, update: 2 });
    const { headers } = await browser.send("GET", `${outputs.ocisUrl}/`);
    expect(headers["content-security-policy"]).toContain(office);
    await everybodyHasTheirRole();
    expect(await (await logInAs("user")).readFile(file)).toBe("precious");
  });

  test("the Swarm replaces a container that is lost", async () => {
    const filter = `label=com.docker.swarm.service.name=${outputs.deployment.service}`;
    const [lost = ""] = await docker.names("container", filter);
    await docker.run("rm", "--force", lost);
    const end = Date.now() + 60_000;
    const answers = async () => (await browser.send("GET", `${outputs.ocisUrl}/config.json`)).status === 200;
    while (!(await answers().catch(() => false))) {
      if (Date.now() > end) throw new Error("oCIS didn't come back within a minute");
      await sleep(500);
    }
    await everybodyHasTheirRole();
    expect(await (await logInAs("user")).readFile(file)).toBe("precious");
  });
});
