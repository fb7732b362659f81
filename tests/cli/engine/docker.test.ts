import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { existsSync, mkdirSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { findDocker, findDockerPlugin, type Engine } from "../../../cli/engine";
import { baseEnvironment } from "../../../cli/engine/engine";
import { describeWithShell, Sandbox } from "./fakes";

describeWithShell("looking for Docker", () => {
  let sandbox: Sandbox;
  let server: Server | undefined;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
    sandbox.remove();
  });

  async function dockerAt(answer: RequestListener): Promise<string> {
    const socket = join(sandbox.root, "docker.sock");
    const listening = createServer(answer);
    server = listening;
    await new Promise<void>((ready) => listening.listen(socket, ready));
    return `unix://${socket}`;
  }

  test("says host and version of an engine that answers", async () => {
    const host = await dockerAt((request, response) => {
      const version = request.url?.endsWith("/version") === true;
      response.setHeader("content-type", version ? "application/json" : "text/plain");
      response.end(version ? JSON.stringify({ Version: "28.1.0" }) : "OK");
    });
    process.env["DOCKER_HOST"] = host;
    expect(await findDocker()).toEqual({ available: true, host, version: "28.1.0" });
  });

  test("says in one line which socket does not answer", async () => {
    process.env["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
    expect(await findDocker()).toEqual({
      available: false,
      reason: expect.stringMatching(
        /^Docker is not reachable at unix:\/\/\/nowhere\/docker\.sock \(connect ENOENT [^)]+\): start it, or name/,
      ) as unknown,
    });
  });

  test("does not wait for one that hangs", async () => {
    process.env["DOCKER_HOST"] = await dockerAt(() => undefined);
    expect(await findDocker()).toHaveProperty(
      "reason",
      expect.stringMatching(/took longer than 3 s|socket hang up/),
    );
  });

  describe("and its plugin", () => {
    const NAME = "resource-docker-v5.2.0";
    async function engine(pulumi = ""): Promise<Engine> {
      sandbox.script("pulumi", `if [ "$1" = version ]; then echo v3.300.0; exit 0; fi\n${pulumi}`);
      const command = await PulumiCommand.get({ skipVersionCheck: true });
      const environment = baseEnvironment(sandbox.cache);
      return { command, source: "path", version: "3.300.0", directory: sandbox.path, environment };
    }
    const inOurHome = (): string => join(sandbox.cache, "home", "plugins", NAME);

    beforeEach(() => {
      process.env["PULUMI_HOME"] = join(sandbox.root, "user");
    });

    test("takes the one on PATH, as the engine does", async () => {
      const plugin = sandbox.script("pulumi-resource-docker", "");
      expect(await findDockerPlugin(await engine())).toEqual({ available: true, where: plugin });
    });

    test("copies the user's, and leaves that alone", async () => {
      const theirs = sandbox.script(
        "pulumi-resource-docker",
        "",
        join(sandbox.root, "user", "plugins", NAME),
      );
      const found = await findDockerPlugin(await engine("exit 9"));
      expect(found).toEqual({ available: true, version: "5.2.0", where: inOurHome() });
      expect(existsSync(theirs)).toBe(true);
      expect(existsSync(join(inOurHome(), "pulumi-resource-docker"))).toBe(true);
    });

    test("installs it into our own home otherwise", async () => {
      const pulumi = `p="$PULUMI_HOME/plugins/${NAME}"; /bin/mkdir -p "$p"
        [ "$1 $2 $3 $4 $5" = "plugin install resource docker 5.2.0" ] || exit 8
        echo > "$p/pulumi-resource-docker"; /bin/chmod 755 "$p/pulumi-resource-docker"`;
      const found = await findDockerPlugin(await engine(pulumi), { progress: sandbox.progress });
      expect(found).toEqual({ available: true, version: "5.2.0", where: inOurHome() });
      expect(sandbox.lines).toEqual(["Installing the Docker plugin 5.2.0 for Pulumi"]);
    });

    test("keeps the reason of a failed installation", async () => {
      const found = await findDockerPlugin(
        await engine("echo 'error: dial tcp: no such host' >&2; exit 255"),
      );
      expect(found).toEqual({
        available: false,
        reason: "the Docker plugin 5.2.0 can't be installed: error: dial tcp: no such host",
      });
    });

    test("does not wait forever, nor take what was left half done", async () => {
      const half = join(sandbox.root, "user", "plugins");
      sandbox.script("pulumi-resource-docker", "", join(half, NAME));
      mkdirSync(join(half, `${NAME}.partial`));
      const found = await findDockerPlugin(await engine("/bin/sleep 5"), { milliseconds: 200 });
      expect(found).toHaveProperty("reason", expect.stringContaining("longer than 0.2 s"));
    });
  });
});
