import { OcisWithPocketId, POCKET_ID_UPSTREAM, PocketIdServer, TlsProxy } from "@ocis-pocket-id/components";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Docker } from "../support/docker";
import { type EngineStack, engineStack } from "../support/engine";
import { freePort } from "../support/free-port";
import { uniqueName } from "../support/pocket-id";
import { openBrowser } from "./browser";
import { Chromium, type Person, whyNoChromium } from "./chromium";
import { type Role, ROLE_IDS } from "./ocis";
import { systemParts } from "./parts";

const parts = systemParts();
const missing = "missing" in parts ? parts.missing : whyNoChromium();
if (missing !== undefined) console.log(`The test of passkeys is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

interface Outputs {
  ocisUrl: string;
  issuer: string;
  apiKey: string;
  adminLink: string;
  authority: string;
  version: string;
}

const ROLES = Object.keys(ROLE_IDS) as Role[];
const MEMBERS: Record<Role, string> = { admin: "alice", spaceAdmin: "sam", user: "uma", guest: "gus" };

/** What ownCloud Web reports and doesn't need: an inlined icon font, and a test whether eval works. */
const HARMLESS = [/font-src/, /unsafe-eval/];

/** A company with nothing but a Docker host, step by step: each test continues where the one before stopped. */
describeWithParts("from a bare Docker host to a passkey login", () => {
  const docker = new Docker();
  const name = uniqueName("bare");
  const checkout = process.cwd();
  let folder: string;
  let stack: EngineStack;
  let chromium: Chromium | undefined;
  let outputs: Outputs;
  let withMembers = false;

  beforeAll(async () => {
    if ("missing" in parts) return;
    mkdirSync(join(checkout, ".cache", "tests"), { recursive: true });
    folder = mkdtempSync(join(checkout, ".cache", "tests", "passkeys-"));
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    process.chdir(folder);
    const port = await freePort();
    const [ocisUrl, url] = [`https://ocis.localhost:${port}`, `https://pocket-id.localhost:${port}`];
    stack = await engineStack(name, () => {
      const sites = [
        { url: ocisUrl, upstream: "http://ocis:9200" },
        { url, upstream: POCKET_ID_UPSTREAM },
      ];
      const proxy = new TlsProxy("proxy", { sites, certificates: "internal", image: parts.caddy });
      const caCertificate = proxy.authority ?? "";
      const server = new PocketIdServer("pocket-id", {
        ...{
          url,
          network: proxy.network,
          trustedProxies: proxy.subnet,
          image: parts.pocketId,
          protect: false,
        },
        admin: { username: "alice", email: "alice@company.test" },
        connection: { caCertificate },
      });
      const target = {
        ...{ type: "docker" as const, image: parts.ocis, caCertificate, publish: false as const },
        networks: [{ name: proxy.network, aliases: ["ocis"] }],
      };
      const hosts = { ocisHost: `ocis.localhost:${port}`, pocketIdHost: `pocket-id.localhost:${port}` };
      const members = withMembers
        ? Object.fromEntries(ROLES.map((role) => [role, [MEMBERS[role]]]))
        : { admin: [MEMBERS.admin] };
      const ocis = new OcisWithPocketId(
        "ocis",
        { ...hosts, members, target },
        { providers: [server.provider] },
      );
      const { apiKey, adminLink, version } = server;
      const { ocisUrl: address, issuer } = ocis;
      return Promise.resolve({
        ocisUrl: address,
        issuer,
        apiKey,
        adminLink,
        version,
        authority: proxy.authority,
      });
    });
  });
  afterAll(async () => {
    await chromium?.close();
    process.chdir(checkout);
    await docker.removeAllOf(name);
    for (const left of [folder, stack.directory]) rmSync(left, { recursive: true, force: true });
  });

  test("one up, and the next previews have nothing to do", async () => {
    expect((await stack.preview()).changes).toEqual({ create: expect.any(Number) as number });
    const { changes } = await stack.up();
    outputs = (await stack.outputs()) as unknown as Outputs;
    const resources = changes["create"] ?? 0;
    expect(changes).toEqual({ create: resources });
    expect((await stack.preview()).changes).toEqual({ same: resources });
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: resources });
    expect(parts).toMatchObject({ pocketId: expect.stringContaining(outputs.version) as string });
    expect(stack.state()).not.toContain(outputs.apiKey);
    expect(stack.state()).not.toContain(outputs.adminLink);
  });

  const browser = () => {
    if (chromium === undefined) throw new Error("the test before didn't start the browser");
    return chromium;
  };
  const roleOf = async (person: Person): Promise<string[]> => {
    const { status, text } = await person.get(`${outputs.ocisUrl}/graph/v1.0/me?$expand=appRoleAssignments`);
    expect(status).toBe(200);
    const { appRoleAssignments = [] } = JSON.parse(text) as { appRoleAssignments?: { appRoleId: string }[] };
    return appRoleAssignments.map(({ appRoleId }) => appRoleId);
  };

  test("the first admin's link gives them a passkey, and the passkey opens oCIS as admin", async () => {
    chromium = await Chromium.start(outputs.authority);
    const alice = await browser().person();
    await alice.addPasskey(outputs.adminLink);
    await alice.signIn(outputs.ocisUrl);
    expect(await roleOf(alice)).toEqual([ROLE_IDS.admin]);
  });

  test("people whom the admin adds later sign in with their roles; somebody in no group doesn't", async () => {
    const api = openBrowser(Number(new URL(outputs.issuer).port), outputs.authority);
    const call = async (path: string, body: object) => {
      const headers = { "X-API-KEY": outputs.apiKey, "Content-Type": "application/json" };
      const { text } = await api.send("POST", `${outputs.issuer}/api${path}`, {
        headers,
        body: JSON.stringify(body),
      });
      return JSON.parse(text) as { id: string; token: string };
    };
    const invite = async (username: string): Promise<Person> => {
      const names = { username, firstName: username, lastName: "", displayName: username };
      const { id } = await call("/users", { ...names, email: `${username}@company.test` });
      const { token } = await call(`/users/${id}/one-time-access-token`, { ttl: "1h" });
      const person = await browser().person();
      await person.addPasskey(`${outputs.issuer}/lc/${token}`);
      return person;
    };
    const others = ROLES.filter((role) => role !== "admin");
    const people = new Map<Role, Person>();
    for (const role of others) people.set(role, await invite(MEMBERS[role]));
    withMembers = true;
    await stack.up();
    for (const [role, person] of people) {
      await person.signIn(outputs.ocisUrl);
      expect(await roleOf(person)).toEqual([ROLE_IDS[role]]);
    }
    const stranger = await invite("stan");
    await stranger.signIn(outputs.ocisUrl);
    await stranger.page.getByText(/not allowed to access/i).waitFor();
  });

  test("the pages violate the content security policy only where that breaks nothing", () => {
    const others = browser()
      .violations()
      .filter((text) => !HARMLESS.some((one) => one.test(text)));
    expect(others).toEqual([]);
  });

  test("destroy leaves only the volumes", async () => {
    await stack.destroy();
    expect(await docker.names("container", `name=${name}`)).toEqual([]);
    expect(await docker.names("network", `name=${name}`)).toEqual([]);
    const kinds = ["ocis-config", "ocis-data", "pocket-id-data", "proxy-data"];
    expect(await docker.names("volume", `name=${name}`)).toEqual(kinds.map((kind) => `${name}-test-${kind}`));
  });
});
