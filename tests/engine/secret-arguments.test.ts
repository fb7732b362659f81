import { UserGroup } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import program from "../../index";
import { loginOf, runProgram } from "../support/program";
import { EXAMPLE_SECRET, serviceExample } from "../support/service-examples";
import { CompanyStack, groupNames } from "./company-stack";

/** That what a user marks as a secret stays one, shown by the real engine. */
const suite = CompanyStack.inEachTest();

describe("secrets in arguments", () => {
  const DSN = "postgres://ocis:hush-hush@db/ocis";

  /** Everything that a run left: its output, the state, and files that others can read. */
  async function run(): Promise<string> {
    const texts = [(await suite.stack.preview()).text, (await suite.stack.up()).text];
    texts.push((await suite.stack.preview({ refresh: true })).text, suite.stack.state());
    for (const file of ["compose.yaml", ".env", "csp.yaml"])
      texts.push(readFileSync(join(suite.bundle, file), "utf8"));
    return texts.join("\n");
  }

  test("variables: secret outputs, and in clear only in a file of their own, which only its owner can read", async () => {
    const args = {
      extraEnvironment: { DB_DSN: pulumi.secret(DSN), OCIS_LOG_LEVEL: "info" },
      overrideEnvironment: { OCIS_ADMIN_USER_ID: pulumi.secret(DSN) },
    };
    suite.declare = () => {
      const { environment, ocisUrl } = suite.company(args);
      return { environment, ocisUrl };
    };
    expect(await run()).not.toContain("hush-hush");
    const outputs = suite.entries()[0]?.outputs ?? {};
    expect(JSON.stringify(outputs["environment"])).toContain("ciphertext");
    expect(outputs["ocisUrl"]).toBe("https://ocis.company.test");
    const file = join(suite.bundle, "secrets.env");
    expect(readFileSync(file, "utf8")).toContain(DSN);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(suite.bundle, ".env"), "utf8")).toContain("OCIS_URL=https://ocis.company.test");
    expect((await suite.stack.preview()).text).not.toContain("hush-hush");
    await suite.stack.destroy();
    expect(existsSync(file)).toBe(false);
  });

  test("configuration that was set with --secret stays one in the project's own program", async () => {
    const secret = (value: unknown) => ({ value: JSON.stringify(value), secret: true });
    suite.server.addUser({ username: "hush-hush" });
    const [mail, s3] = await Promise.all(
      (["mail", "s3"] as const).map(async (name) => {
        const { config, secretKeys } = await serviceExample(name);
        expect(secretKeys).toEqual(["extraEnvironment"]);
        return config["extraEnvironment"] as object;
      }),
    );
    await suite.stack.setConfig({
      "ocis-pocket-id:domain": { value: "company.test" },
      "ocis-pocket-id:target": { value: "bundle" },
      "ocis-pocket-id:bundleDirectory": { value: suite.bundle },
      "ocis-pocket-id:extraEnvironment": secret({ ...mail, ...s3, DB_DSN: DSN }),
      "ocis-pocket-id:members": secret({ user: ["hush-hush"] }),
    });
    suite.declare = program;
    expect(await run()).not.toContain("hush-hush");
    const secrets = readFileSync(join(suite.bundle, "secrets.env"), "utf8");
    for (const value of [DSN, EXAMPLE_SECRET]) expect(secrets).toContain(value);
    await expectShown();
    await suite.stack.setConfig({ "ocis-pocket-id:members": secret({ user: ["hush-hush", "nobody-here"] }) });
    const failure = await suite.stack.failureOf(suite.stack.preview());
    expect(failure).toContain("no such user in Pocket ID: '[secret]'");
    expect(failure).not.toMatch(/hush-hush|nobody-here/);
  });

  /** `ocis-pocket-id show` prints what isn't secret, and the rest only if asked. */
  async function expectShown(): Promise<void> {
    const show = async (...args: string[]) => {
      const stack = ["--cwd", suite.stack.directory, "--stack", "test"];
      const { code, stdout, stderr } = await runProgram(["show", ...args, ...stack], loginOf(suite.stack));
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return stdout;
    };
    const lines = (await show("environment")).split("\n");
    expect(lines).toEqual(expect.arrayContaining(["DB_DSN=[secret]", "OCIS_URL=https://ocis.company.test"]));
    expect(lines.join("\n")).not.toContain("hush-hush");
    expect((await show("environment", "--show-secrets")).split("\n")).toContain(`DB_DSN=${DSN}`);
    const csp = readFileSync(join(suite.bundle, "csp.yaml"), "utf8");
    expect(await show("csp")).toBe(csp);
    expect(JSON.parse(await show("csp", "--json"))).toEqual([{ ocisUrl: "https://ocis.company.test", csp }]);
  }

  test("members and group names are encrypted in state", async () => {
    suite.server.addUser({ username: "hush-hush" });
    suite.declare = () =>
      suite.company({
        members: { user: pulumi.secret(["hush-hush"]) },
        groups: { guest: { name: pulumi.secret("hush-hush guests") } },
      });
    expect(await run()).not.toContain("hush-hush");
    expect(await groupNames(suite.server)).toContain("hush-hush guests");
  });

  test("what can't be done with one is said without its value", async () => {
    const secret = pulumi.secret("hush-hush");
    for (const [declaration, line] of [
      [
        () => suite.company({ members: { user: [secret] } }),
        /problem: members: no such user in Pocket ID: '\[secret\]'/,
      ],
      [() => new UserGroup("x", { name: pulumi.secret("hush-hush ".repeat(50)) }), /problem: name: /],
    ] as const) {
      suite.declare = () => ({ made: declaration().urn });
      const failure = await suite.stack.failureOf(suite.stack.preview());
      expect(failure).toMatch(line);
      expect(failure).not.toContain("hush-hush");
    }
  });

  test("an adoption is announced, refreshed and undone without its values", async () => {
    const key = { "X-API-KEY": suite.server.apiKey, "content-type": "application/json" };
    const create = { method: "POST", headers: key };
    const body = JSON.stringify({ name: "hush-hush group", friendlyName: "before" });
    await fetch(`${suite.server.url}/api/user-groups`, { ...create, body });
    suite.declare = () => {
      const name = pulumi.secret("hush-hush group");
      const friendlyName = pulumi.secret("hush-hush friends");
      return { adopted: new UserGroup("x", { name, friendlyName, adopt: "ifExists" }).adopted };
    };
    const preview = await suite.stack.preview();
    expect(preview.text).toMatch(/\[secret\].*: adopted, will change: .*\[secret\]/);
    const texts = [preview, await suite.stack.up(), await suite.stack.refresh(), await suite.stack.preview()];
    expect(texts.map(({ text }) => text).join("\n")).not.toContain("hush-hush");
    expect(suite.stack.state()).not.toContain("hush-hush");
    expect(Object.keys((await suite.stack.preview({ refresh: true })).changes)).toEqual(["same"]);
    expect((await suite.stack.destroy()).text).not.toContain("hush-hush");
  });
});
