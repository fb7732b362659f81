import { UserGroup } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CompanyStack } from "./company-stack";

/** That each argument of the component may come from elsewhere, shown by the real engine. */
const suite = CompanyStack.inEachTest();

describe("arguments that are outputs", () => {
  /** Unknown at preview, known at up. */
  const later = <T>(value: T) => new UserGroup("later", { name: "later" }).id.apply(() => value);

  test("what isn't known at preview is fine, if it is right at up", async () => {
    suite.declare = () => {
      const { ocisUrl, clients, groups } = suite.company({
        domain: later("company.test"),
        groups: { user: { name: pulumi.output("staff") } },
        members: { user: [pulumi.output("alice")], guest: pulumi.output(["bob"]) },
        extraEnvironment: { OCIS_LOG_LEVEL: pulumi.output("info") },
        contentSecurityPolicy: { extend: { "img-src": [pulumi.output("https://img.company.test")] } },
      });
      return { ocisUrl, web: clients.web.id, user: groups.user?.name, adminAdopted: groups.admin?.adopted };
    };
    await suite.stack.preview();
    await suite.stack.up();
    expect(await suite.stack.outputs()).toEqual({
      ocisUrl: "https://ocis.company.test",
      web: "ocis.company.test",
      user: "staff",
      adminAdopted: false,
    });
    expect(readFileSync(join(suite.bundle, ".env"), "utf8")).toContain("OCIS_LOG_LEVEL=info");
    expect(readFileSync(join(suite.bundle, "csp.yaml"), "utf8")).toContain("https://img.company.test");
    expect(Object.keys((await suite.stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });

  /** What a program with these arguments prints when it fails, in a process of its own. */
  const failure = (operation: "preview" | "up", args: string) => {
    const file = join(suite.stack.directory, "failing.cjs");
    const target = JSON.stringify({ type: "bundle", directory: suite.bundle });
    writeFileSync(
      file,
      `const { OcisWithPocketId } = require("@ocis-pocket-id/components");
      const { UserGroup } = require("@ocis-pocket-id/providers");
      const pulumi = require("@pulumi/pulumi");
      const later = (value) => new UserGroup("later", { name: "later" }).id.apply(() => value);
      module.exports = () => {
        new OcisWithPocketId("ocis", { domain: "company.test", target: ${target}, ${args} });
        // An inline program, unlike one of a language host, never ends if a resource waits for one that failed.
        process.once("unhandledRejection", () => setTimeout(() => process.exit(1), 2_000));
      };`,
    );
    return suite.stack.programFailure(operation, file);
  };

  test.each([
    ["domain", `domain: later("https://company.test")`, "domain: 'https://company.test' is a URL"],
    [
      "two roles",
      `members: { admin: [later("alice")], user: ["Alice"] }`,
      "members.user: 'Alice' is in admin too",
    ],
    [
      "variable",
      `extraEnvironment: later({ "no name": "x" })`,
      "extraEnvironment.no name: 'no name' is not the name of an environment variable",
    ],
    [
      "policy",
      `contentSecurityPolicy: { extend: { "img-src": later(["self"]) } }`,
      "contentSecurityPolicy.extend.img-src",
    ],
  ])("%s: what turns out wrong at up ends it with the same line", async (_name, args, line) => {
    suite.declare = () => ({});
    const text = await failure("up", args);
    expect(text).toContain(line);
    expect(text).not.toMatch(/^ +at /m);
    expect(existsSync(join(suite.bundle, "csp.yaml"))).toBe(false);
  });

  test.each([
    [
      "of the wrong form",
      `domain: pulumi.secret("https://hush-hush.test")`,
      "domain: is not valid (it is a secret, so its value is not shown)",
    ],
    [
      "in a file for everyone",
      `domain: pulumi.secret("hush-hush.test")`,
      "csp.yaml holds a secret, and the container can only read a file that everyone can",
    ],
  ])("a secret %s is named, and its value isn't", async (_name, args, line) => {
    const text = await failure("preview", args);
    expect(text).toContain(line);
    expect(text).not.toContain("hush-hush");
  });
});
