import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runDrift } from "../cli/drift-run";
import { Docker } from "../support/docker";
import { staticBusybox, whyNoDockerPlugin } from "./available";
import { importStandIn } from "./stand-in";
import { openTargetStack, type TargetStack } from "./target-stack";

const reason =
  whyNoDockerPlugin() ??
  (spawnSync("podman", ["--version"]).status === 0 ? undefined : "podman isn't on PATH");
if (reason !== undefined) console.log(`The tests with Podman are skipped: ${reason}`);
const describeWithPodman = reason === undefined ? describe : describe.skip;

describeWithPodman("Podman, through its socket", () => {
  const folder = mkdtempSync(join(tmpdir(), "podman-"));
  const socketPath = join(folder, "podman.sock");
  const docker = new Docker(`unix://${socketPath}`);
  let service: ChildProcess;
  let target: TargetStack;

  beforeAll(async () => {
    const where = ["--root", join(folder, "root"), "--runroot", join(folder, "run")];
    service = spawn("podman", [...where, "system", "service", "--time=0", `unix://${socketPath}`], {
      stdio: "ignore",
    });
    while (!existsSync(socketPath)) await sleep(200);
    await importStandIn(docker, staticBusybox() ?? "");
  });
  afterAll(async () => {
    service.kill();
    await new Promise((resolve) => service.once("exit", resolve));
    spawnSync("podman", [
      "--root",
      join(folder, "root"),
      "--runroot",
      join(folder, "run"),
      "system",
      "reset",
      "--force",
    ]);
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    target = await openTargetStack(docker);
    await target.stack.setConfig({ "docker:host": { value: `unix://${socketPath}` } });
  });
  afterEach(() => target.close());

  test("up, nothing to do, no drift, a change, drift, destroy", async () => {
    const { stack, says, run, ours, name } = target;
    await stack.up();
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("default-src");
    expect(Object.keys((await stack.preview()).changes)).toEqual(["same"]);
    const { changes, text } = await stack.preview({ refresh: true });
    expect({ changes: Object.keys(changes), text }).toEqual({ changes: ["same"], text });
    expect((await runDrift(stack)).report).toMatchObject({ findings: [], errors: [] });

    says.csp += "  img-src:\n    - 'data:'\n";
    expect((await stack.up()).changes).toMatchObject({ replace: 1 });
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("img-src");

    await docker.run("stop", name);
    expect((await runDrift(stack)).report.findings).toMatchObject([{ field: "state" }]);
    await stack.destroy();
    expect(await ours()).toEqual([`${name}-config`, `${name}-data`]);
  });
});
