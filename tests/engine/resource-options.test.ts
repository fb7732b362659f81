import { OcisWithPocketId } from "@ocis-pocket-id/components";
import { getUserGroup, PocketIdProvider, UserGroup } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CompanyStack, groupNames } from "./company-stack";

/** That the component takes Pulumi's resource options as any other does, shown by the real engine. */
const suite = CompanyStack.inEachTest();
const OURS = ["ocisAdmin", "ocisGuest", "ocisSpaceAdmin", "ocisUser"];
const children = () => suite.entries().filter(({ urn }) => urn.includes("OcisWithPocketId$"));

describe("resource options of the component", () => {
  test("protect: every child is protected, and destroy is refused", async () => {
    suite.declare = () => suite.company({ members: { admin: ["alice"] } }, { protect: true });
    await suite.stack.up();
    expect(children().length).toBeGreaterThan(12);
    expect(children().filter(({ protect }) => protect !== true)).toEqual([]);
    expect(await suite.stack.failureOf(suite.stack.destroy())).toContain("protected");
    suite.declare = () => suite.company({ members: { admin: ["alice"] } });
    await suite.stack.up();
    expect(children().filter(({ protect }) => protect === true)).toEqual([]);
  });

  test("retainOnDelete: what is in Pocket ID and on disk stays", async () => {
    suite.declare = () => suite.company({}, { retainOnDelete: true });
    await suite.stack.up();
    expect(children().filter(({ retainOnDelete }) => retainOnDelete !== true)).toEqual([]);
    await suite.stack.destroy();
    expect(await groupNames(suite.server)).toEqual(OURS);
    expect(existsSync(join(suite.bundle, "csp.yaml"))).toBe(true);
  });

  test.each<[string, (provider: PocketIdProvider) => pulumi.ComponentResourceOptions]>([
    ["an array of providers", (provider) => ({ providers: [provider] })],
    ["a single provider", (provider) => ({ provider })],
    ["a map of providers, by any name", (provider) => ({ providers: { pocketId: provider } })],
    [
      "a parent's provider",
      (provider) => ({
        parent: new pulumi.ComponentResource("test:index:Company", "company", {}, { providers: [provider] }),
      }),
    ],
  ])("%s: groups, clients and look-ups go to that Pocket ID", async (_name, opts) => {
    await fetch(`${suite.other.url}/api/user-groups`, {
      method: "POST",
      headers: { "X-API-KEY": suite.other.apiKey, "Content-Type": "application/json" },
      body: JSON.stringify({ name: "it-staff", friendlyName: "IT" }),
    });
    suite.declare = () => {
      const provider = new PocketIdProvider("other", { url: suite.other.url, apiKey: suite.other.apiKey });
      return suite.company({ groups: { admin: { existing: "it-staff" } } }, opts(provider));
    };
    await suite.stack.up();
    expect(await groupNames(suite.server)).toEqual([]);
    expect(await groupNames(suite.other)).toEqual(["it-staff", "ocisGuest", "ocisSpaceAdmin", "ocisUser"]);
    expect(suite.server.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("a look-up takes provider and parent, as any function of Pulumi's does", async () => {
    suite.declare = () => {
      const provider = new PocketIdProvider("other", { url: suite.other.url, apiKey: suite.other.apiKey });
      const group = new UserGroup("team", { name: "team" }, { provider });
      const parent = new pulumi.ComponentResource("test:index:C", "c", {}, { providers: [provider] });
      const name = group.id.apply(() => "team");
      return {
        made: group.id,
        byProvider: getUserGroup({ name }, { provider }).id,
        byParent: getUserGroup({ name }, { parent }).id,
      };
    };
    await suite.stack.up();
    const outputs = await suite.stack.outputs();
    expect(outputs["byProvider"]).toBe(outputs["made"]);
    expect(outputs["byParent"]).toBe(outputs["made"]);
  });

  test("aliases: a renamed component keeps what it has", async () => {
    suite.declare = () => suite.company();
    await suite.stack.up();
    const before = suite.server.requests.length;
    suite.declare = () =>
      new OcisWithPocketId(
        "files",
        { domain: "company.test", target: { type: "bundle", directory: suite.bundle } },
        { aliases: [{ name: "ocis" }] },
      );
    const { changes } = await suite.stack.up();
    expect(changes).not.toHaveProperty("delete");
    expect(changes).not.toHaveProperty("create");
    expect(suite.server.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("transforms reach every child; dependsOn is waited for", async () => {
    const seen: string[] = [];
    suite.declare = () => {
      const before = ["first"].map((name) => new UserGroup(name, { name }));
      return suite.company(
        {},
        {
          dependsOn: [...before],
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
    await suite.stack.up();
    expect(seen).toEqual(expect.arrayContaining(["ocis-admin", "ocis-web", "ocis-bundle"]));
    const posted = suite.server.requests.filter(({ method }) => method === "POST").map(({ path }) => path);
    expect(posted[0]).toBe("/api/user-groups");
    const group = suite.entries().find(({ urn }) => urn.endsWith("UserGroup::ocis-user"));
    expect(group?.inputs["friendlyName"]).toBe("ocisUser (company)");
    const order = suite.entries().map(({ urn }) => urn.split("::").at(-1));
    expect(order.indexOf("first")).toBeLessThan(order.indexOf("ocis-admin"));
  });
});
