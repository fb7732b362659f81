import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Docker } from "../support/docker";
import { staticBusybox, whyNoDocker } from "./available";
import { importStandIn, STAND_IN } from "./stand-in";
import { ISSUER, openTargetStack, OWNER_LABEL, type TargetStack } from "./target-stack";

const reason = whyNoDocker();
if (reason !== undefined) console.log(`The tests with Docker are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

describeWithDocker("a real Docker Engine", () => {
  const docker = new Docker();
  let target: TargetStack;

  beforeAll(() => importStandIn(docker, staticBusybox() ?? ""));
  afterAll(() => docker.run("image", "rm", STAND_IN));
  beforeEach(async () => {
    target = await openTargetStack(docker);
  });
  afterEach(() => target.close());

  test("up, nothing to do, a change of csp.yaml, destroy, and up again on the same files", async () => {
    const { name, port, stack, folder, says, run, ours } = target;
    const first = await stack.up();
    expect(first.changes).toEqual({ create: 12 });
    const outputs = await stack.outputs();
    expect(outputs["publishedUrl"]).toBe(`http://127.0.0.1:${port}`);
    expect(await run("cat", "/etc/ocis/csp.yaml")).toBe(says.csp.trim());
    expect(await run("sh", "-c", 'echo "$SPECIAL"')).toBe(says.environment["SPECIAL"]);
    expect((await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`)).status).toBe(200);
    expect((await stack.preview()).changes).toEqual({ same: 12 });
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 12 });

    const password = String(outputs["adminPassword"]);
    const ocisYaml = await run("cat", "/etc/ocis/ocis.yaml");
    expect(ocisYaml).toContain(`admin_password: ${password}`);
    expect(await run("stat", "-c", "%a %u", "/etc/ocis/ocis.yaml")).toBe("600 1000");
    const inspected = JSON.stringify(await docker.inspect("container", name));
    for (const secret of ocisYaml.match(/[\w-]{32,}/g) ?? []) expect(inspected).not.toContain(secret);
    const log = await docker.log(name);
    for (const text of [stack.state(), first.text, log]) expect(text).not.toContain(password);

    await run("sh", "-c", "echo precious > /var/lib/ocis/file");
    says.csp += "  img-src:\n    - 'data:'\n";
    const second = await stack.up();
    expect(second.changes).toMatchObject({ replace: 1 });
    expect((await stack.outputs())["containerId"]).not.toBe(outputs["containerId"]);
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("img-src");
    expect(await run("cat", "/var/lib/ocis/file")).toBe("precious");
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 12 });

    const file = join(folder, ".ocis-pocket-id", "test-ocis", "csp.yaml");
    writeFileSync(file, "directives: {}\n");
    expect((await stack.preview({ refresh: true })).changes).toMatchObject({ update: 1 });
    await stack.up({ refresh: true });

    expect((await stack.destroy()).text).toContain(`docker volume rm ${name}-config ${name}-data`);
    expect(await ours()).toEqual([`${name}-config`, `${name}-data`]);
    expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
    // The new stack's secrets aren't those of the data.
    await stack.up();
    expect(await run("cat", "/var/lib/ocis/file")).toBe("precious");
    expect(await run("cat", "/etc/ocis/ocis.yaml")).toBe(ocisYaml);
    expect((await stack.outputs())["secretsIn"]).toBe("volume");
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 12 });
  });

  test("csp.yaml can be uploaded, and Docker named with a login to a registry; nothing of it is in clear", async () => {
    const { stack, folder, says, run } = target;
    const dockerHost = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
    const registry = { address: "registry.example", username: "ci", password: "must-be-secret" };
    says.args = { ...says.args, cspDelivery: "upload", hardening: false, dockerHost, registry };
    expect((await stack.up()).changes).toEqual({ create: 12 });
    expect(stack.state()).not.toContain("must-be-secret");
    expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("default-src");
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 12 });
    says.csp += "  img-src:\n    - 'data:'\n";
    expect((await stack.up()).changes).toMatchObject({ replace: 1 });
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("img-src");
  });

  test("secret variables reach oCIS, and nobody reads them before, meanwhile or afterwards", async () => {
    const { stack, says, run } = target;
    says.secretEnvironment = { DB_DSN: "postgres://ocis:hush-hush@db/ocis" };
    const texts = [(await stack.preview()).text, (await stack.up()).text];
    expect(await run("sh", "-c", 'echo "$DB_DSN"')).toBe(says.secretEnvironment["DB_DSN"]);
    expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 12 });
    says.secretEnvironment = { DB_DSN: "postgres://ocis:hush-hush@elsewhere/ocis" };
    texts.push((await stack.preview()).text, (await stack.up()).text, (await stack.refresh()).text);
    expect(await run("sh", "-c", 'echo "$DB_DSN"')).toContain("elsewhere");
    texts.push(stack.state(), (await stack.destroy()).text);
    expect(texts.join("\n")).not.toContain("hush-hush");
  });

  test("refuses at preview what belongs to others, one line for each, and makes nothing", async () => {
    const { name, port, project, stack } = target;
    const listener = createServer().listen(port, "127.0.0.1");
    await docker.run("volume", "create", "--label", `${OWNER_LABEL}=other/prod/ocis`, `${name}-config`);
    await docker.run("volume", "create", `${name}-data`);
    const failure = await stack.failureOf(stack.preview());
    expect(failure).toContain(
      `volume '${name}-config' belongs to other/prod/ocis, and this is ${project}/test/ocis`,
    );
    expect(failure).toContain(
      `volume '${name}-data' already exists and has no owner label: set adoptVolumes`,
    );
    expect(failure).toContain(
      `port 127.0.0.1:${port} is taken by another program: stop that, or publish another port`,
    );
    await stack.failureOf(stack.up());
    expect(await docker.names("container", `name=${name}`)).toEqual([]);
    await new Promise((resolve) => listener.close(resolve));
  });

  test("says in one line why nobody can log in, and the next up after the fix works", async () => {
    const { stack, says } = target;
    says.csp = "not what oCIS expects\n";
    const stopped = await stack.failureOf(stack.up());
    expect(stopped).toMatch(
      /nobody can log in to oCIS: oCIS keeps stopping .* could not use csp\.yaml.*Failed to load/,
    );
    expect(stopped).not.toContain("must-not-be-seen");

    says.csp = "directives: {}\n";
    says.environment = { ...says.environment, STAND_IN_ISSUER: "https://pocket-id.company.com/" };
    const mismatch = await stack.failureOf(stack.up());
    expect(mismatch).toContain(`Pocket ID's issuer is '${ISSUER}/', but oCIS expects '${ISSUER}'`);

    says.environment = { ...says.environment, STAND_IN_ISSUER: ISSUER };
    await stack.up();
    expect((await stack.preview()).changes).toEqual({ same: 12 });
  });

  test("Docker that is not there is an error at preview, with what to do", async () => {
    const { stack, says } = target;
    says.args = { ...says.args, dockerHost: "unix:///nowhere/docker.sock" };
    const failure = await stack.failureOf(stack.preview());
    expect(failure).toContain("Docker is not reachable at unix:///nowhere/docker.sock (connect ENOENT");
    expect(failure).toContain("pulumi config set docker:host");
  });
});
