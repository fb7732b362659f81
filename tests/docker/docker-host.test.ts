import { readdirSync } from "node:fs";
import { Docker } from "../support/docker";
import { staticBusybox, whyNoDocker } from "./available";
import { type DockerRelay, startDockerRelay } from "./docker-relay";
import { importStandIn, STAND_IN } from "./stand-in";
import { openTargetStack, type TargetStack } from "./target-stack";

const reason = whyNoDocker();
if (reason !== undefined) console.log(`The tests with another address of Docker are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

const NOWHERE = "unix:///nowhere/docker.sock";

describeWithDocker("a Docker Engine at another address", () => {
  const docker = new Docker();
  const before = process.env["DOCKER_HOST"];
  let relay: DockerRelay;
  let target: TargetStack;

  beforeAll(() => importStandIn(docker, staticBusybox() ?? ""));
  afterAll(() => docker.run("image", "rm", STAND_IN));
  beforeEach(async () => {
    target = await openTargetStack(docker);
  });
  afterEach(async () => {
    await target.close();
    await relay.close();
    restore();
  });

  /** What the program and the engine's plugins take for the default. */
  const dockerHost = (address: string) => {
    process.env["DOCKER_HOST"] = address;
    target.stack.environment({ DOCKER_HOST: address });
  };
  const restore = () => {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  };

  test.each([
    // A socket sees this machine's files; the other end of a port may be another machine.
    { by: "docker:host of the stack", kind: "unix", isMounted: true },
    { by: "DOCKER_HOST", kind: "tcp", isMounted: false },
  ] as const)("by $by ($kind): everything goes that way", async ({ by, kind, isMounted }) => {
    const { stack, folder, says, run, ours } = target;
    relay = await startDockerRelay(kind);
    if (by === "DOCKER_HOST") dockerHost(relay.url);
    else {
      dockerHost(NOWHERE);
      await stack.setConfig({ "docker:host": { value: relay.url } });
    }

    await stack.up();
    expect(relay.connections()).toBeGreaterThan(0);
    expect(readdirSync(folder).includes(".ocis-pocket-id")).toBe(isMounted);
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("default-src");
    const { changes } = await stack.preview({ refresh: true });
    expect(Object.keys(changes)).toEqual(["same"]);

    says.csp += "  img-src:\n    - 'data:'\n";
    expect((await stack.up()).changes).toMatchObject({ replace: 1 });
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("img-src");

    await stack.destroy();
    expect(await ours()).toEqual([`${target.name}-config`, `${target.name}-data`]);
  });
});
