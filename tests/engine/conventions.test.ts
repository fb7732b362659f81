import { OcisWithPocketId, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import { getUserGroup, PocketIdProvider, UserGroup } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type EmbeddedPocketId, startEmbeddedPocketId } from "../../embedded";
import { type EngineStack, engineStack } from "../support/engine";

/** That the component behaves as any other of Pulumi's does, shown by the real engine. */
const ISSUER = "https://pocket-id.company.test";
let server: EmbeddedPocketId;
let other: EmbeddedPocketId;
let stack: EngineStack;
/** What the program declares; tests change it between runs. */
let declare: () => object;

beforeEach(async () => {
  server = await startEmbeddedPocketId({ issuer: ISSUER });
  other = await startEmbeddedPocketId({ issuer: ISSUER, apiKey: "key-of-the-other-server" });
  for (const username of ["alice", "bob"]) server.addUser({ username });
  stack = await engineStack("conventions", () => Promise.resolve(declare() as Record<string, unknown>));
  await stack.setConfig({
    "pocketid:url": { value: server.url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  });
});
afterEach(async () => {
  await stack.remove();
  await Promise.all([server.close(), other.close()]);
});

const bundle = () => join(stack.directory, "bundle");
const company = (args: Partial<OcisWithPocketIdArgs> = {}, opts: pulumi.ComponentResourceOptions = {}) =>
  new OcisWithPocketId(
    "ocis",
    { domain: "company.test", target: { type: "bundle", directory: bundle() }, ...args },
    opts,
  );

interface Entry {
  urn: string;
  type: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  provider?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}
const entries = () =>
  (JSON.parse(stack.state()) as { checkpoint: { latest: { resources: Entry[] } } }).checkpoint.latest
    .resources;
const children = () => entries().filter(({ urn }) => urn.includes("OcisWithPocketId$"));
const groupNames = async ({ url, apiKey }: EmbeddedPocketId) => {
  const answer = await fetch(`${url}/api/user-groups`, { headers: { "X-API-KEY": apiKey } });
  return ((await answer.json()) as { data: { name: string }[] }).data.map(({ name }) => name).sort();
};
const OURS = ["ocisAdmin", "ocisGuest", "ocisSpaceAdmin", "ocisUser"];

describe("resource options of the component", () => {
  test("protect: every child is protected, and destroy is refused", async () => {
    declare = () => company({ members: { admin: ["alice"] } }, { protect: true });
    await stack.up();
    expect(children().length).toBeGreaterThan(12);
    expect(children().filter(({ protect }) => protect !== true)).toEqual([]);
    expect(await stack.failureOf(stack.destroy())).toContain("protected");
    declare = () => company({ members: { admin: ["alice"] } });
    await stack.up();
    expect(children().filter(({ protect }) => protect === true)).toEqual([]);
  });

  test("retainOnDelete: what is in Pocket ID and on disk stays", async () => {
    declare = () => company({}, { retainOnDelete: true });
    await stack.up();
    expect(children().filter(({ retainOnDelete }) => retainOnDelete !== true)).toEqual([]);
    await stack.destroy();
    expect(await groupNames(server)).toEqual(OURS);
    expect(existsSync(join(bundle(), "csp.yaml"))).toBe(true);
  });

  test.each<[string, (provider: PocketIdProvider) => pulumi.ComponentResourceOptions]>([
    ["an array of providers", (provider) => ({ providers: [provider] })],
    ["a map of providers, by any name", (provider) => ({ providers: { pocketId: provider } })],
    ["a single provider", (provider) => ({ provider })],
    [
      "a parent's provider",
      (provider) => ({
        parent: new pulumi.ComponentResource("test:index:Company", "company", {}, { providers: [provider] }),
      }),
    ],
  ])("%s: groups, clients and look-ups go to that Pocket ID", async (_name, opts) => {
    await fetch(`${other.url}/api/user-groups`, {
      method: "POST",
      headers: { "X-API-KEY": other.apiKey, "Content-Type": "application/json" },
      body: JSON.stringify({ name: "it-staff", friendlyName: "IT" }),
    });
    declare = () => {
      const provider = new PocketIdProvider("other", { url: other.url, apiKey: other.apiKey });
      return company({ groups: { admin: { existing: "it-staff" } } }, opts(provider));
    };
    await stack.up();
    expect(await groupNames(server)).toEqual([]);
    expect(await groupNames(other)).toEqual(["it-staff", "ocisGuest", "ocisSpaceAdmin", "ocisUser"]);
    expect(server.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("a look-up takes provider and parent, as any function of Pulumi's does", async () => {
    declare = () => {
      const provider = new PocketIdProvider("other", { url: other.url, apiKey: other.apiKey });
      const group = new UserGroup("team", { name: "team" }, { provider });
      const parent = new pulumi.ComponentResource("test:index:C", "c", {}, { providers: [provider] });
      const name = group.id.apply(() => "team");
      return {
        made: group.id,
        byProvider: getUserGroup({ name }, { provider }).id,
        byParent: getUserGroup({ name }, { parent }).id,
      };
    };
    const { outputs } = await stack.up();
    expect(outputs["byProvider"]).toBe(outputs["made"]);
    expect(outputs["byParent"]).toBe(outputs["made"]);
  });

  test("aliases: a renamed component keeps what it has", async () => {
    declare = () => company();
    await stack.up();
    const before = server.requests.length;
    declare = () =>
      new OcisWithPocketId(
        "files",
        { domain: "company.test", target: { type: "bundle", directory: bundle() } },
        { aliases: [{ name: "ocis" }] },
      );
    const { changes } = await stack.up();
    expect(changes).not.toHaveProperty("delete");
    expect(changes).not.toHaveProperty("create");
    expect(server.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("transforms reach every child; dependsOn is waited for", async () => {
    const seen: string[] = [];
    declare = () => {
      const first = new UserGroup("first", { name: "first" });
      return company(
        {},
        {
          dependsOn: [first],
          transforms: [
            ({ name, type, props, opts }) => {
              seen.push(name);
              const friendlyName = `${String(props["name"])} (company)`;
              return {
                props: type.endsWith(":UserGroup") ? { ...props, friendlyName } : props,
                opts,
              };
            },
          ],
        },
      );
    };
    await stack.up();
    expect(seen).toEqual(expect.arrayContaining(["ocis-admin", "ocis-web", "ocis-bundle"]));
    const posted = server.requests.filter(({ method }) => method === "POST").map(({ path }) => path);
    expect(posted[0]).toBe("/api/user-groups");
    const group = entries().find(({ urn }) => urn.endsWith("UserGroup::ocis-user"));
    expect(group?.inputs["friendlyName"]).toBe("ocisUser (company)");
    const order = entries().map(({ urn }) => urn.split("::").at(-1));
    expect(order.indexOf("first")).toBeLessThan(order.indexOf("ocis-admin"));
  });
});

describe("arguments that are outputs", () => {
  /** Unknown at preview, known at up. */
  const later = <T>(value: T) => new UserGroup("later", { name: "later" }).id.apply(() => value);

  test("what isn't known at preview is fine, if it is right at up", async () => {
    declare = () => {
      const { ocisUrl, clients, groups } = company({
        domain: later("company.test"),
        groups: { user: { name: pulumi.output("staff") } },
        members: { user: [later2("alice")], guest: pulumi.output(["bob"]) },
        extraEnvironment: { OCIS_LOG_LEVEL: pulumi.output("info") },
        contentSecurityPolicy: { extend: { "img-src": [pulumi.output("https://img.company.test")] } },
      });
      return { ocisUrl, web: clients.web.id, user: groups.user?.name, adminAdopted: groups.admin?.adopted };
    };
    const later2 = (value: string) => pulumi.output(value);
    await stack.preview();
    const { outputs } = await stack.up();
    expect(outputs).toEqual({
      ocisUrl: "https://ocis.company.test",
      web: "ocis.company.test",
      user: "staff",
      adminAdopted: false,
    });
    expect(readFileSync(join(bundle(), ".env"), "utf8")).toContain("OCIS_LOG_LEVEL=info");
    expect(readFileSync(join(bundle(), "csp.yaml"), "utf8")).toContain("https://img.company.test");
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });

  test.each<[string, () => Partial<OcisWithPocketIdArgs>, string]>([
    [
      "a domain",
      () => ({ domain: later("https://company.test") }),
      "domain: 'https://company.test' is a URL",
    ],
    [
      "a person in two roles",
      () => ({ members: { admin: [later("alice")], user: ["Alice"] } }),
      "members.user: 'Alice' is in admin too",
    ],
    [
      "a variable's name",
      () => ({ extraEnvironment: later({ "no name": "x" }) }),
      "extraEnvironment.no name: 'no name' is not the name of an environment variable",
    ],
    [
      "a source of the policy",
      () => ({ contentSecurityPolicy: { extend: { "img-src": later(["self"]) } } }),
      "contentSecurityPolicy.extend.img-src",
    ],
  ])("%s that turns out wrong at up ends it with the same line", async (_name, args, line) => {
    declare = () => company(args());
    await stack.preview();
    const failure = await stack.failureOf(stack.up());
    expect(failure).toContain(line);
    expect(existsSync(join(bundle(), "csp.yaml"))).toBe(false);
  });
});

describe("secrets in arguments", () => {
  const DSN = "postgres://ocis:hush-hush@db/ocis";

  /** Everything that a run left: its output, the state, and files that others can read. */
  async function run(): Promise<string> {
    const texts = [(await stack.preview()).text, (await stack.up()).text];
    texts.push((await stack.preview({ refresh: true })).text, stack.state());
    for (const file of ["compose.yaml", ".env", "csp.yaml"])
      texts.push(readFileSync(join(bundle(), file), "utf8"));
    return texts.join("\n");
  }

  test.each<[string, () => Partial<OcisWithPocketIdArgs>]>([
    ["one variable", () => ({ extraEnvironment: { DB_DSN: pulumi.secret(DSN), OCIS_LOG_LEVEL: "info" } })],
    ["all extra variables", () => ({ extraEnvironment: pulumi.secret({ DB_DSN: DSN }) })],
    ["an overridden one", () => ({ overrideEnvironment: { OCIS_ADMIN_USER_ID: pulumi.secret(DSN) } })],
  ])("%s: in clear only in a file of its own, which only its owner can read", async (_name, args) => {
    declare = () => {
      const { environment, ocisUrl } = company(args());
      return { environment, ocisUrl };
    };
    expect(await run()).not.toContain("hush-hush");
    const file = join(bundle(), "secrets.env");
    expect(readFileSync(file, "utf8")).toContain(DSN);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(bundle(), ".env"), "utf8")).toContain("OCIS_URL=https://ocis.company.test");
    expect((await stack.preview()).text).not.toContain("hush-hush");
    await stack.destroy();
    expect(existsSync(file)).toBe(false);
  });

  test("the stack's outputs keep it a secret, and the others readable", async () => {
    declare = () => {
      const { environment, ocisUrl } = company({ extraEnvironment: { DB_DSN: pulumi.secret(DSN) } });
      return { environment, ocisUrl };
    };
    await stack.up();
    const outputs = entries()[0]?.outputs ?? {};
    expect(JSON.stringify(outputs["environment"])).toContain("ciphertext");
    expect(outputs["ocisUrl"]).toBe("https://ocis.company.test");
  });

  test("members and group names are encrypted in state", async () => {
    server.addUser({ username: "hush-hush" });
    declare = () =>
      company({
        members: { user: pulumi.secret(["hush-hush"]) },
        groups: { guest: { name: pulumi.secret("hush-hush guests") } },
      });
    expect(await run()).not.toContain("hush-hush");
    expect(await groupNames(server)).toContain("hush-hush guests");
  });

  test("a secret that can't be used is named, and its value isn't", async () => {
    declare = () => company({ domain: pulumi.secret("https://hush-hush.test") });
    const failure = await stack.failureOf(stack.preview());
    expect(failure).toContain("domain: is not valid (it is a secret, so its value is not shown)");
    expect(failure).not.toContain("hush-hush");
    declare = () => company({ domain: pulumi.secret("hush-hush.test") });
    const policy = await stack.failureOf(stack.preview());
    expect(policy).toContain("csp.yaml holds a secret, and oCIS can only read a file that everyone can");
    expect(policy).not.toContain("hush-hush");
  });
});
