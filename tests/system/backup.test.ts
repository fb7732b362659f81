import { OcisWithPocketId, POCKET_ID_UPSTREAM, PocketIdServer, TlsProxy } from "@ocis-pocket-id/components";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Docker } from "../support/docker";
import { type EngineStack, engineStack } from "../support/engine";
import { freePort } from "../support/free-port";
import { uniqueName } from "../support/pocket-id";
import { loginOf, runProgram } from "../support/program";
import { Chromium, type Person, whyNoChromium } from "./chromium";
import { systemParts } from "./parts";

const parts = systemParts();
const missing = "missing" in parts ? parts.missing : whyNoChromium();
if (missing !== undefined) console.log(`The test of backup and restore is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

/** Each test continues where the one before stopped. */
describeWithParts("back up, lose the host and the state, restore", () => {
  const docker = new Docker();
  const name = uniqueName("backup");
  const checkout = process.cwd();
  const volumes = ["ocis-config", "ocis-data", "pocket-id-data", "proxy-data"].map(
    (kind) => `${name}-test-${kind}`,
  );
  const text = Array.from({ length: 20_000 }, (_, line) => `line ${line} of a file with ümlauts\n`).join("");
  let folder: string;
  let backups: string;
  let stack: EngineStack;
  let chromium: Chromium;
  let alice: Person;
  let ocisUrl: string;
  let fileUrl: string;
  let backup: string;

  beforeAll(async () => {
    if ("missing" in parts) return;
    mkdirSync(join(checkout, ".cache", "tests"), { recursive: true });
    folder = mkdtempSync(join(checkout, ".cache", "tests", "backup-"));
    backups = join(folder, "backups");
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    process.chdir(folder);
    const port = await freePort();
    const url = `https://pocket-id.localhost:${port}`;
    ocisUrl = `https://ocis.localhost:${port}`;
    stack = await engineStack(name, () => {
      const sites = [
        { url: ocisUrl, upstream: "http://ocis:9200" },
        { url, upstream: POCKET_ID_UPSTREAM },
      ];
      const proxy = new TlsProxy("proxy", { sites, certificates: "internal", image: parts.caddy });
      const { network, subnet, authority: caCertificate = "" } = proxy;
      const server = new PocketIdServer("pocket-id", {
        ...{ url, network, trustedProxies: subnet, image: parts.pocketId, protect: false },
        admin: { username: "alice", email: "alice@company.test" },
        connection: { caCertificate },
      });
      const target = {
        ...{ type: "docker" as const, image: parts.ocis, caCertificate, publish: false as const },
        networks: [{ name: network, aliases: ["ocis"] }],
      };
      const hosts = { ocisHost: `ocis.localhost:${port}`, pocketIdHost: `pocket-id.localhost:${port}` };
      const args = { ...hosts, members: { admin: ["alice"] }, target };
      new OcisWithPocketId("ocis", args, { providers: [server.provider] });
      return Promise.resolve({ adminLink: server.adminLink, authority: proxy.authority });
    });
  });
  afterAll(async () => {
    await chromium.close();
    process.chdir(checkout);
    await docker.removeAllOf(name);
    for (const left of [folder, stack.directory]) rmSync(left, { recursive: true, force: true });
  });

  const program = async (...words: string[]) => {
    const run = await runProgram([...words, "--stack", "test", "--cwd", stack.directory], loginOf(stack));
    if (run.code !== 0) throw new Error(run.stderr);
    return run;
  };
  const downloaded = async () => {
    const file = await alice.get(fileUrl);
    return { status: file.status, hash: createHash("sha256").update(file.text).digest("hex") };
  };
  const expected = { status: 200, hash: createHash("sha256").update(text).digest("hex") };

  test("an admin with a passkey uploads a file, and the stack is backed up", async () => {
    await stack.up();
    const { adminLink, authority } = (await stack.outputs()) as { adminLink: string; authority: string };
    chromium = await Chromium.start(authority);
    alice = await chromium.person();
    await alice.addPasskey(adminLink);
    await alice.signIn(ocisUrl);
    const drives = await alice.get(`${ocisUrl}/graph/v1.0/me/drives?$filter=driveType%20eq%20'personal'`);
    const { value } = JSON.parse(drives.text) as { value: [{ root: { webDavUrl: string } }] };
    fileUrl = `${value[0].root.webDavUrl}/a%20file.txt`;
    expect((await alice.call("PUT", fileUrl, text)).status).toBe(201);
    const { stdout } = await program("backup", "--to", backups);
    backup = stdout.split("\n", 1)[0] ?? "";
    expect((await program("backup", "--verify", backup)).stdout).toContain("the backup is complete");
    const listed = execFileSync("tar", ["-tf", join(backup, "ocis-data.tar")], { encoding: "utf8" });
    // By these, data with extended attributes is told apart.
    expect(listed).toMatch(/\/storage\/users\/spaces\/.*\/nodes\/(?:[^/]{2}\/){4}[^/]+\.mpk\n/);
    const image = "missing" in parts ? "" : parts.ocis;
    const upgrade = await program("show", "upgrade", "--image", image);
    expect(upgrade.stdout).toMatch(/^# \/etc\/ocis\/ocis\.yaml of .*: nothing changes\n$/);
    const apiKey = await pocketIdSecret("api-key");
    expect(apiKey).not.toBe("");
    expect(readFileSync(join(backup, "state.json"), "utf8")).not.toContain(apiKey);
  });

  const pocketIdSecret = (file: string) =>
    docker.run("exec", `${name}-test-pocket-id`, "cat", `/run/secrets/${file}`);

  test("after everything is lost, the same passkey opens the same file", async () => {
    const key = await pocketIdSecret("encryption-key");
    expect(key).not.toBe("");
    await docker.removeAllOf(name);
    rmSync(join(stack.directory, "backend", ".pulumi"), { recursive: true });
    rmSync(join(stack.directory, "Pulumi.test.yaml"));
    expect(await docker.names("volume", `name=${name}`)).toEqual([]);

    await program("restore", backup);
    expect(await docker.names("volume", `name=${name}`)).toEqual(volumes);
    await stack.up();
    expect(await pocketIdSecret("encryption-key")).toBe(key);
    await alice.page.context().clearCookies();
    await alice.signIn(ocisUrl);
    expect(await downloaded()).toEqual(expected);
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });

  test("a backup replaces what was changed since, which is backed up itself", async () => {
    expect((await alice.call("PUT", fileUrl, "overwritten by mistake")).status).toBe(204);
    await expect(program("restore", backup)).rejects.toThrow(/has files in .*: use --replace/);
    const { stderr } = await program("restore", backup, "--replace");
    await stack.up();
    await alice.page.context().clearCookies();
    await alice.signIn(ocisUrl);
    expect(await downloaded()).toEqual(expected);
    const before = /what was there is in (.*)/.exec(stderr)?.[1] ?? "";
    expect((await program("backup", "--verify", before)).stdout).toContain("the backup is complete");
  });
});
