import * as dockerProvider from "@pulumi/docker";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runDrift } from "../cli/drift-run";
import { Docker } from "../support/docker";
import { engineStack } from "../support/engine";
import { type SshServer, startSshd, whyNoSshd } from "../support/sshd";
import { staticBusybox, whyNoDocker } from "./available";
import { importStandIn, STAND_IN } from "./stand-in";
import { openTargetStack, type TargetStack } from "./target-stack";

const reason = whyNoDocker() ?? whyNoSshd();
if (reason !== undefined) console.log(`The tests with Docker over ssh are skipped: ${reason}`);
const describeWithParts = reason === undefined ? describe : describe.skip;

const NOWHERE = "unix:///nowhere/docker.sock";

/** The Docker Engine of this machine, reached as one of another machine: by an OpenSSH server on loopback. */
describeWithParts("Docker over ssh, with the real provider", () => {
  const docker = new Docker();
  const before = { ...process.env };
  let folder: string;
  let sshd: SshServer;
  let target: TargetStack;

  /** How many connections came by ssh. */
  const connections = () => {
    const log = join(folder, "connections");
    return existsSync(log) ? readFileSync(log, "utf8").length : 0;
  };
  /** For the engine, its plugins, and this process, which is the program's. */
  const environment = (variables: Record<string, string>) => {
    Object.assign(process.env, variables);
    target.stack.environment(variables);
  };

  beforeAll(async () => {
    await importStandIn(docker, staticBusybox() ?? "");
    folder = mkdtempSync(join(tmpdir(), "docker-remote-"));
    const real = execFileSync("sh", ["-c", "command -v docker"], { encoding: "utf8" }).trim();
    const counting = `#!/bin/sh\nprintf x >> ${folder}/connections\nexec ${real} "$@"\n`;
    writeFileSync(join(folder, "docker"), counting);
    chmodSync(join(folder, "docker"), 0o755);
    sshd = await startSshd(folder);
  });
  afterAll(async () => {
    sshd.close();
    rmSync(folder, { recursive: true, force: true });
    await docker.run("image", "rm", STAND_IN);
  });
  beforeEach(async () => {
    sshd.trust();
    sshd.configure(
      `Host files-server\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${sshd.user}\n  IdentityFile ${sshd.key}`,
    );
    rmSync(join(folder, "connections"), { force: true });
    target = await openTargetStack(docker);
    environment({ DOCKER_HOST: NOWHERE, PATH: sshd.path });
  });
  afterEach(async () => {
    await target.close();
    process.env = { ...before };
  });

  test("docker:host with an alias of ~/.ssh/config: up, nothing to do, drift, another csp.yaml, destroy", async () => {
    const { stack, says, run, ours, name } = target;
    await stack.setConfig({ "docker:host": { value: "ssh://files-server" } });
    await stack.up();
    expect(connections()).toBeGreaterThan(3);
    expect(readdirSync(target.folder)).not.toContain(".ocis-pocket-id");
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("default-src");
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);

    expect((await runDrift(stack, [], { environment: { PATH: sshd.path } })).report).toMatchObject({
      findings: [],
      errors: [],
    });
    await docker.run("stop", name);
    const { report } = await runDrift(stack, [], { environment: { PATH: sshd.path } });
    expect(report.findings).toMatchObject([{ field: "state" }]);

    says.csp += "  img-src:\n    - 'data:'\n";
    expect((await stack.up({ refresh: true })).changes).toMatchObject({ replace: 1 });
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("img-src");
    await stack.destroy();
    expect(await ours()).toEqual([`${name}-config`, `${name}-data`]);
  });

  test("an explicit provider sends the checks, the wait and csp.yaml the same way", async () => {
    const { stack, says } = target;
    says.provider = () => new dockerProvider.Provider("remote", { host: "ssh://files-server" });
    await stack.up();
    expect(connections()).toBeGreaterThan(3);
    expect(readdirSync(target.folder)).not.toContain(".ocis-pocket-id");
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });

  test("a changed host key is refused by both halves", async () => {
    const { stack } = target;
    await stack.setConfig({ "docker:host": { value: "ssh://files-server" } });
    const other = "AAAAC3NzaC1lZDI1NTE5AAAAIIyqG7hVIGsEW3IHAzIJ5DPaTVDyGu1XzwTtgvuIYCXj";
    sshd.trust(`[127.0.0.1]:${sshd.port} ssh-ed25519 ${other}\n`);
    expect(await stack.failureOf(stack.preview())).toContain(
      "Docker is not reachable at ssh://files-server: its ssh host key differs from the one in known_hosts",
    );

    const alone = await engineStack("docker-provider-alone", () => {
      new dockerProvider.Volume("v", {});
      return Promise.resolve({});
    });
    try {
      alone.environment({ DOCKER_HOST: "ssh://files-server", PATH: sshd.path });
      expect(await alone.failureOf(alone.up())).toMatch(/host key verification failed/i);
    } finally {
      await alone.remove();
    }
    expect(connections()).toBe(0);
  });

  test("a Docker that isn't there stops a preview, with one line", async () => {
    const { stack } = target;
    await stack.setConfig({ "docker:host": { value: "ssh://nobody@127.0.0.1:1" } });
    const failure = await stack.failureOf(stack.preview());
    expect(failure).toContain("Docker is not reachable at ssh://nobody@127.0.0.1:1: ssh can't connect");
    expect(failure).not.toMatch(/^ +at /m);
  });
});
