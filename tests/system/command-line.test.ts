import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testEngine } from "../support/engine";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";
import { whyNoLanguageHost } from "../support/language-host";
import { type CommandLine, commandLine, PROJECT } from "./command-line";

const reason = whyNoLanguageHost();
if (reason !== undefined) console.log(`The test of the command line is skipped: ${reason}`);
const describeWithCommandLine = reason === undefined ? describe : describe.skip;

/**
 * The life of a stack as an admin types it: Pulumi.yaml, its language host, `pulumi config set`. Against the emulated Pocket
 * ID, or a real one (TEST_POCKET_ID_URL), where nothing of the guide's own names is touched.
 */
describeWithCommandLine("the command line in the project's folder", () => {
  const stack = uniqueName("cli");
  const configuration = join(PROJECT, `Pulumi.${stack}.yaml`);
  const groupNames = {
    admin: `${stack}-a`,
    spaceAdmin: `${stack}-s`,
    user: `${stack}-u`,
    guest: `${stack}-g`,
  };
  const NO_CHANGES = ["--expect-no-changes", "--suppress-outputs"];

  let folder: string;
  let bundle: string;
  let pocketId: PocketIdUnderTest;
  let person: string;
  let pulumi: CommandLine;

  beforeAll(async () => {
    mkdirSync(join(PROJECT, ".cache", "tests"), { recursive: true });
    folder = mkdtempSync(join(PROJECT, ".cache", "tests", "command-line-"));
    bundle = join(folder, "bundle");
    pocketId = await pocketIdUnderTest();
    const names = { username: stack, firstName: "Alice", lastName: "", displayName: "Alice" };
    const made = await pocketId.call<{ id: string }>("POST", "/api/users", {
      ...names,
      email: `${stack}@company.test`,
    });
    person = made.body.id;
    pulumi = commandLine(await testEngine(), join(folder, "backend"));
  });
  afterAll(async () => {
    await pulumi("destroy", "--yes", "--remove", "--stack", stack);
    await pocketId.call("DELETE", `/api/users/${person}`);
    await pocketId.close();
    rmSync(configuration, { force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  /** A command that must work; returns what it printed. */
  const succeeds = async (...words: string[]): Promise<string> => {
    const { exitCode, text } = await pulumi(...words);
    if (exitCode !== 0) throw new Error(`pulumi ${words.join(" ")} failed:\n${text}`);
    return text;
  };
  const set = (...words: string[]) => succeeds("config", "set", ...words);

  test("a stack with nothing set says everything that is missing, with the commands", async () => {
    await succeeds("stack", "init", stack);
    const { exitCode, text } = await pulumi("preview");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("the stack's configuration has 2 problems:");
    expect(text).toMatch(/ domain: is missing: .*`pulumi config set domain /);
    expect(text).toMatch(/ pocketid: no API key .*`pulumi config set --secret pocketid:apiKey`/);
  });

  test("the keys of Pulumi.example.yaml, then up, and nothing to do afterwards", async () => {
    const { body } = await pocketId.call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
    await set("domain", "company.test");
    await set("issuer", body.issuer);
    await set("target", "bundle");
    await set("bundleDirectory", bundle);
    await set("nativeClients", "none");
    await set("webClientId", stack);
    await set("--path", "members.admin[0]", stack);
    for (const [role, name] of Object.entries(groupNames)) await set("--path", `groupNames.${role}`, name);
    await set("pocketid:url", pocketId.url);
    await set("--secret", "pocketid:apiKey", pocketId.apiKey);
    expect(readFileSync(configuration, "utf8")).not.toContain(pocketId.apiKey);

    const text = await succeeds("up", "--yes");
    expect(text).toMatch(/\+ 14 created/);
    expect(text).not.toContain(pocketId.apiKey);
    expect(existsSync(join(bundle, "compose.yaml"))).toBe(true);
    await succeeds("preview", ...NO_CHANGES);
    await succeeds("preview", "--refresh", ...NO_CHANGES);
    await succeeds("refresh", "--yes", ...NO_CHANGES);
    await succeeds("up", "--yes", ...NO_CHANGES);
  });

  test("edits by hand are shown and put right", async () => {
    const groupIds = JSON.parse(await succeeds("stack", "output", "groupIds", "--json")) as { admin: string };
    const claims = `/api/custom-claims/user-group/${groupIds.admin}`;
    await pocketId.call("PUT", claims, [{ key: "roles", value: "ocisGuest" }]);
    writeFileSync(join(bundle, ".env"), "OCIS_INSECURE=true\n");
    const preview = await succeeds("preview", "--refresh", "--diff", "--suppress-outputs");
    expect(preview).toContain('"ocisGuest" => "ocisAdmin"');
    expect(preview).toContain("- OCIS_INSECURE=true");
    expect(preview).toMatch(/~ 2 to update/);
    await succeeds("up", "--yes", "--refresh");
    const { body } = await pocketId.call<{ customClaims: unknown }>(
      "GET",
      `/api/user-groups/${groupIds.admin}`,
    );
    expect(body.customClaims).toEqual([{ key: "roles", value: "ocisAdmin" }]);
    await succeeds("preview", "--refresh", ...NO_CHANGES);
  });

  test("destroy leaves nothing", async () => {
    await succeeds("destroy", "--yes");
    expect(existsSync(bundle)).toBe(false);
    expect((await pocketId.call("GET", `/api/oidc/clients/${stack}`)).status).toBe(404);
  });
});
