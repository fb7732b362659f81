import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Docker } from "../support/docker";
import { uniqueName } from "../support/pocket-id";
import { ManagedCompany } from "./managed-company";
import { systemParts } from "./parts";

const parts = systemParts();
const missing = "missing" in parts ? parts.missing : undefined;
if (missing !== undefined) console.log(`The test of recovery is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

/** A newer Pocket ID to upgrade to, such as `ghcr.io/pocket-id/pocket-id:v2.14.0`. */
const NEWER_POCKET_ID = process.env["TEST_NEWER_POCKET_ID_IMAGE"] ?? "";
/** A command that stops Docker and starts it again: nothing else may need that Docker. */
const RESTART_DOCKER = process.env["TEST_RESTART_DOCKER"] ?? "";
for (const [variable, value] of Object.entries({
  TEST_NEWER_POCKET_ID_IMAGE: NEWER_POCKET_ID,
  TEST_RESTART_DOCKER: RESTART_DOCKER,
})) {
  if (missing === undefined && value === "") {
    console.log(`A part of the test of recovery is skipped: ${variable} isn't set`);
  }
}

/**
 * What may happen to a company over the years: after each change and fault a login works again, the apps are still logged in,
 * and the file uploaded at the start is as it was.
 */
describeWithParts("a managed stack recovers", () => {
  const docker = new Docker();
  const name = uniqueName("recovery");
  const otherImage = `${name}:7.1.1`;
  const checkout = process.cwd();
  const seconds: Record<string, number> = {};
  let company: ManagedCompany;
  let resources: number;

  beforeAll(async () => {
    if ("missing" in parts) return;
    company = await ManagedCompany.create(docker, name, parts);
  });
  afterAll(async () => {
    console.log(`Seconds until a login worked again:\n${JSON.stringify(seconds, undefined, 2)}`);
    await company.remove(checkout);
    await docker.run("image", "rm", "--force", otherImage);
  });

  const recovered = async () => {
    seconds[expect.getState().currentTestName ?? ""] = await company.recovered();
  };

  test("one up, and the next previews have nothing to do", async () => {
    const changes = await company.up();
    resources = changes["create"] ?? 0;
    expect(changes).toEqual({ create: resources });
    expect((await company.stack.preview()).changes).toEqual({ same: resources });
    expect((await company.stack.preview({ refresh: true })).changes).toEqual({ same: resources });
    await company.begin();
  });

  test.each(["desktop", "ios", "android"] as const)("the %s app logs in by its own client", async (app) => {
    await company.logIn(company.app(app));
  });

  describe("from a fault", () => {
    test.each(["proxy", "pocket-id", "ocis"] as const)("%s is killed", async (part) => {
      await company.kill(part);
      await recovered();
    });

    test("Pocket ID is down while oCIS starts", async () => {
      await docker.run("stop", company.container("pocket-id"));
      await docker.run("restart", company.container("ocis"));
      await expect(company.logIn()).rejects.toThrow();
      await docker.run("start", company.container("pocket-id"));
      await recovered();
    });

    test("Pocket ID is cut off from the network", async () => {
      const pocketId = company.container("pocket-id");
      await docker.run("network", "disconnect", company.container("proxy"), pocketId);
      await expect(company.logIn()).rejects.toThrow();
      await docker.run("network", "connect", "--alias", "pocket-id", company.container("proxy"), pocketId);
      await recovered();
    });

    test("the proxy's certificates are renewed", async () => {
      await docker.run("exec", company.container("proxy"), "rm", "-r", "/data/caddy/certificates");
      await docker.run("restart", company.container("proxy"));
      await recovered();
    });

    (RESTART_DOCKER === "" ? test.skip : test)("Docker is restarted", async () => {
      execFileSync("sh", ["-c", RESTART_DOCKER], { stdio: "ignore" });
      await recovered();
    });
  });

  /** Once `up` is through, a login works at once. */
  describe("from a change", () => {
    test("environment", async () => {
      await company.up({ extraEnvironment: JSON.stringify({ OCIS_LOG_LEVEL: "info" }) });
      await company.check();
    });

    test("content security policy", async () => {
      const extend = { "img-src": ["https://images.company.test"] };
      await company.up({ contentSecurityPolicy: JSON.stringify({ extend }) });
      await company.check();
    });

    test("image of oCIS", async () => {
      const other = `${name}-other`;
      await docker.run("create", "--name", other, company.keys["ocisImage"] ?? "");
      await docker.run("commit", "--change", "LABEL other=yes", other, otherImage);
      await company.up({ ocisImage: otherImage });
      await company.check();
    });

    (NEWER_POCKET_ID === "" ? test.skip : test)("image of Pocket ID", async () => {
      await company.up({ pocketIdImage: NEWER_POCKET_ID });
      // With 2.10, tokens of apps end, and clients have new fields.
      await company.useDesktopApp();
      await company.up({}, { refresh: true });
      await company.check();
    });

    test("API key", async () => {
      await company.up({}, { replace: [company.urnOf("pocket-id-api-key")] });
      await company.check();
    });

    /** Pocket ID's own commands. */
    const pocketId = (...words: string[]) =>
      docker.run(
        "exec",
        "--user",
        "1000",
        company.container("pocket-id"),
        "/app/pocket-id",
        ...words,
        "--yes",
      );

    test("encryption key of Pocket ID", async () => {
      const key = randomBytes(24).toString("hex");
      await pocketId("encryption-key-rotate", "--new-key", key);
      await company.up({ pocketIdEncryptionKey: key });
      // Since 2.10, refresh tokens depend on it.
      await company.useDesktopApp();
      await company.check();
    });

    test("signing key of Pocket ID", async () => {
      await pocketId("key-rotate");
      await docker.run("restart", company.container("pocket-id"));
      // Sessions end; up to 2.9, tokens of apps too.
      await company.freshSession();
      await company.useDesktopApp();
      await company.check();
    });

    test("host name of Pocket ID, with another link for the first admin", async () => {
      await company.up({ pocketIdHost: (company.keys["pocketIdHost"] ?? "").replace("pocket-id", "login") });
      await company.freshSession();
      await company.useDesktopApp();
      await company.check();
    });

    test("host name of oCIS", async () => {
      await company.up({ ocisHost: (company.keys["ocisHost"] ?? "").replace("ocis", "files") });
      await company.check();
    });

    test("and then the next previews have nothing to do", async () => {
      expect((await company.stack.preview()).changes).toEqual({ same: resources });
      expect((await company.stack.preview({ refresh: true })).changes).toEqual({ same: resources });
    });
  });
});
