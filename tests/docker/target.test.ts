import * as pulumi from "@pulumi/pulumi";
import Docker from "dockerode";
import { createServer } from "node:net";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dockerTarget, type DockerTargetArgs } from "../../components/targets";
import { type EngineStack, engineStack } from "../support/engine";
import { staticBusybox, whyNoDocker } from "./available";
import { importStandIn, STAND_IN } from "./stand-in";

const reason = whyNoDocker();
if (reason !== undefined) console.log(`The tests with Docker are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

describeWithDocker("a real Docker Engine", () => {
  const docker = new Docker();
  const NAME = "docker-target-test-ocis";
  const PORT = 29_200;
  const OWNER = "io.github.ocis-pocket-id.owner";

  /** What the program says; tests change it between runs. */
  let csp: string;
  let environment: Record<string, string>;
  let args: DockerTargetArgs;
  let stack: EngineStack;
  let folder: string;
  const checkout = process.cwd();
  const cache = join(checkout, ".cache", "tests");

  class Target extends pulumi.ComponentResource {
    constructor() {
      super("test:index:Target", "ocis");
      const settings = {
        ocisUrl: "https://ocis.company.com",
        issuer: ISSUER,
        environment,
        contentSecurityPolicy: csp,
      };
      const { containerId, publishedUrl, adminPassword } = dockerTarget("ocis", settings, args, {
        parent: this,
      });
      this.registerOutputs({});
      this.outputs = { containerId, publishedUrl, adminPassword };
    }
    readonly outputs: Record<string, unknown>;
  }
  const ISSUER = "https://pocket-id.company.com";

  beforeAll(async () => {
    mkdirSync(cache, { recursive: true });
    await importStandIn(docker, staticBusybox() ?? "");
  });
  afterAll(() => docker.getImage(STAND_IN).remove());
  beforeEach(async () => {
    csp = "directives:\n  default-src:\n    - '''none'''\n";
    environment = {
      OCIS_OIDC_ISSUER: ISSUER,
      PROXY_CSP_CONFIG_FILE_LOCATION: "/etc/ocis/csp.yaml",
      SPECIAL: 'it\'s $HOME = "ü" # x',
    };
    args = { image: STAND_IN, publish: { port: PORT }, readiness: { timeoutSeconds: 30 } };
    // The engine takes this folder for that of the program.
    folder = mkdtempSync(join(cache, "docker-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: docker-target\nruntime: nodejs\n");
    process.chdir(folder);
    stack = await engineStack("docker-target", () => Promise.resolve(new Target().outputs));
  });
  afterEach(async () => {
    await stack.destroy();
    await stack.remove();
    process.chdir(checkout);
    rmSync(folder, { recursive: true });
    for (const volume of [`${NAME}-config`, `${NAME}-data`]) {
      await docker
        .getVolume(volume)
        .remove()
        .catch(() => undefined);
    }
  });

  const run = async (...command: string[]) => {
    const exec = await docker.getContainer(NAME).exec({ Cmd: command, AttachStdout: true, Tty: true });
    const stream = await exec.start({ Tty: true });
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return text.trim();
  };
  const ours = async () => {
    const filters = { label: [OWNER] };
    const containers = await docker.listContainers({ all: true, filters });
    const { Volumes } = await docker.listVolumes({ filters });
    const networks = await docker.listNetworks({ filters });
    return [
      ...containers.map(({ Names }) => Names[0]?.slice(1)),
      ...networks.map(({ Name }) => Name),
      ...Volumes.map(({ Name }) => Name),
    ].sort();
  };

  test("up, nothing to do, a change of csp.yaml, destroy, and up again on the same files", async () => {
    const first = await stack.up();
    expect(first.changes).toEqual({ create: 11 });
    expect(first.outputs["publishedUrl"]).toBe(`http://127.0.0.1:${PORT}`);
    expect(await run("cat", "/etc/ocis/csp.yaml")).toBe(csp.replaceAll("\n", "\r\n").trim());
    expect(await run("sh", "-c", 'echo "$SPECIAL"')).toBe(environment["SPECIAL"]);
    expect((await fetch(`http://127.0.0.1:${PORT}/.well-known/openid-configuration`)).status).toBe(200);
    expect((await stack.preview()).changes).toEqual({ same: 11 });
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 11 });

    const password = String(first.outputs["adminPassword"]);
    expect(await run("cat", "/etc/ocis/ocis.yaml")).toBe(`admin_password: ${password}`);
    const log = (await docker.getContainer(NAME).logs({ stdout: true, stderr: true })).toString();
    for (const text of [stack.state(), first.text, log]) expect(text).not.toContain(password);

    await run("sh", "-c", "echo precious > /var/lib/ocis/file");
    csp += "  img-src:\n    - 'data:'\n";
    const second = await stack.up();
    expect(second.changes).toMatchObject({ replace: 1 });
    expect(second.outputs["containerId"]).not.toBe(first.outputs["containerId"]);
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("img-src");
    expect(await run("cat", "/var/lib/ocis/file")).toBe("precious");
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 11 });

    const file = join(folder, ".ocis-pocket-id", "test-ocis", "csp.yaml");
    writeFileSync(file, "directives: {}\n");
    expect((await stack.preview({ refresh: true })).changes).toMatchObject({ update: 1 });
    await stack.up({ refresh: true });

    await stack.destroy();
    expect(await ours()).toEqual([`${NAME}-config`, `${NAME}-data`]);
    expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
    await stack.up();
    expect(await run("cat", "/var/lib/ocis/file")).toBe("precious");
  });

  test("csp.yaml can be uploaded, and Docker named with a login to a registry; nothing of it is in clear", async () => {
    const dockerHost = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
    const registry = { address: "registry.example", username: "ci", password: "must-be-secret" };
    args = { ...args, cspDelivery: "upload", hardening: false, dockerHost, registry };
    expect((await stack.up()).changes).toEqual({ create: 11 });
    expect(stack.state()).not.toContain("must-be-secret");
    expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("default-src");
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 11 });
    csp += "  img-src:\n    - 'data:'\n";
    expect((await stack.up()).changes).toMatchObject({ replace: 1 });
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("img-src");
  });

  test("refuses at preview what belongs to others, one line for each, and makes nothing", async () => {
    const listener = createServer().listen(PORT, "127.0.0.1");
    await docker.createVolume({ Name: `${NAME}-config`, Labels: { [OWNER]: "other/prod/ocis" } });
    await docker.createVolume({ Name: `${NAME}-data` });
    const failure = await stack.failureOf(stack.preview());
    expect(failure).toContain(
      `volume '${NAME}-config' belongs to other/prod/ocis, and this is docker-target/test/ocis`,
    );
    expect(failure).toContain(
      `volume '${NAME}-data' exists already, and nothing says whose it is: set adoptVolumes`,
    );
    expect(failure).toContain(
      `port 127.0.0.1:${PORT} is taken by another program: stop that, or publish another port`,
    );
    await stack.failureOf(stack.up());
    expect(await docker.listContainers({ all: true, filters: { name: [NAME] } })).toEqual([]);
    await new Promise((resolve) => listener.close(resolve));
  });

  test("says in one line why nobody can log in, and the next up after mending works", async () => {
    csp = "not what oCIS expects\n";
    const stopped = await stack.failureOf(stack.up());
    expect(stopped).toMatch(
      /nobody can log in to oCIS: oCIS stops again and again .* could not use csp\.yaml.*Failed to load/,
    );
    expect(stopped).not.toContain("must-not-be-seen");

    csp = "directives: {}\n";
    environment = { ...environment, STAND_IN_ISSUER: "https://pocket-id.company.com/" };
    const mismatch = await stack.failureOf(stack.up());
    expect(mismatch).toContain(`Pocket ID calls itself '${ISSUER}/', but oCIS was told '${ISSUER}'`);

    environment = { ...environment, STAND_IN_ISSUER: ISSUER };
    await stack.up();
    expect((await stack.preview()).changes).toEqual({ same: 11 });
  });

  test("Docker that is not there is an error at preview, with what to do", async () => {
    args = { ...args, dockerHost: "unix:///nowhere/docker.sock" };
    const failure = await stack.failureOf(stack.preview());
    expect(failure).toContain("Docker is not reachable at unix:///nowhere/docker.sock (connect ENOENT");
    expect(failure).toContain("pulumi config set docker:host");
  });
});
