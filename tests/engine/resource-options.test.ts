import { LocalFiles, OcisWithPocketId } from "@ocis-pocket-id/components";
import { getUserGroup, PocketIdProvider, UserGroup } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CompanyStack, groupNames } from "./company-stack";

/** That the component takes Pulumi's resource options as any other does, shown by the real engine; aliases: changes-of-mind. */
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

  test("groups, clients and look-ups go to the Pocket ID of the provider, given in any way", async () => {
    const ways: Record<string, (provider: PocketIdProvider) => pulumi.ComponentResourceOptions> = {
      array: (provider) => ({ providers: [provider] }),
      single: (provider) => ({ provider }),
      map: (provider) => ({ providers: { pocketId: provider } }),
      parent: (provider) => ({
        parent: new pulumi.ComponentResource("test:index:Company", "company", {}, { providers: [provider] }),
      }),
    };
    for (const way of Object.keys(ways)) {
      await fetch(`${suite.other.url}/api/user-groups`, {
        method: "POST",
        headers: { "X-API-KEY": suite.other.apiKey, "Content-Type": "application/json" },
        body: JSON.stringify({ name: `${way}-staff`, friendlyName: "IT" }),
      });
    }
    suite.declare = () => {
      const provider = new PocketIdProvider("other", { url: suite.other.url, apiKey: suite.other.apiKey });
      for (const [way, opts] of Object.entries(ways)) {
        const named = (role: string) => ({ name: `${way}-${role}`, friendlyName: role });
        new OcisWithPocketId(
          way,
          {
            domain: "company.test",
            ocisHost: `${way}.company.test`,
            target: { type: "bundle", directory: join(suite.bundle, way) },
            // The apps' client IDs are fixed, so that one component alone can have them.
            nativeClients: way === "array" ? "own" : "none",
            groups: {
              admin: { existing: `${way}-staff` },
              spaceAdmin: named("space-admin"),
              user: named("user"),
              guest: named("guest"),
            },
          },
          opts(provider),
        );
      }
      return {};
    };
    await suite.stack.up();
    expect(await groupNames(suite.server)).toEqual([]);
    expect(await groupNames(suite.other)).toEqual(
      Object.keys(ways)
        .flatMap((way) => ["guest", "space-admin", "staff", "user"].map((role) => `${way}-${role}`))
        .sort(),
    );
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

test("the state names the place in the program that declares a resource, not one in our packages", async () => {
  suite.declare = () => {
    new UserGroup("staff", { name: "staff" });
    new LocalFiles("files", { directory: suite.bundle, files: {} });
    return {};
  };
  await suite.stack.up();
  for (const name of ["staff", "files"]) {
    const entry = suite.entries().find(({ urn }) => urn.endsWith(`::${name}`));
    expect([name, entry]).toMatchObject([
      name,
      { sourcePosition: expect.stringMatching(/engine\/resource-options\.test\.ts/) as string },
    ]);
  }
});
