import { Docker } from "../support/docker";
import type { EngineStack, RunOptions } from "../support/engine";
import { longestGap } from "../support/longest-gap";
import { loginOf, runProgram } from "../support/program";
import { staticBusybox, whyNoDocker } from "./available";
import { importStandIn, STAND_IN } from "./stand-in";
import { joinSwarm, openSwarmStack, type SwarmStack } from "./swarm-stack";
import { ISSUER } from "./target-stack";

const reason = whyNoDocker();
if (reason !== undefined) console.log(`The tests with a Docker Swarm are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

describeWithDocker("a real Docker Swarm of one node", () => {
  const docker = new Docker();
  let target: SwarmStack;
  let leave = () => Promise.resolve();

  beforeAll(async () => {
    await importStandIn(docker, staticBusybox() ?? "");
    leave = await joinSwarm(docker);
  });
  afterAll(async () => {
    await leave();
    await docker.run("image", "rm", STAND_IN);
  });
  beforeEach(async () => {
    target = await openSwarmStack(docker);
  });
  afterEach(() => target.close());

  test("up, nothing to do, what commands don't cover, changes of csp.yaml and secrets, destroy, and up again on the same files", async () => {
    const { name, port, stack, says } = target;
    const run = (...command: string[]) => target.run(...command);
    const files = () => target.files();
    const texts = [(await stack.preview()).text];
    const first = await stack.up();
    texts.push(first.text);
    const count = first.changes["create"] ?? 0;
    expect(await files()).toHaveLength(3);
    expect(await run("cat", "/etc/ocis/csp.yaml")).toBe(says.csp.trim());
    expect(await run("sh", "-c", 'echo "$SPECIAL"')).toBe(says.environment["SPECIAL"]);
    const secret = () => run("cat", "/run/secrets/ocis-environment");
    expect(await secret()).toContain("hush-hush");
    expect((await run("cat", "/proc/1/environ")).split("\0")).toContain("DB_DSN=it's `hush-hush` $HOME\n");
    const document = `http://127.0.0.1:${port}/.well-known/openid-configuration`;
    expect((await fetch(document)).status).toBe(200);
    expect(await changed(stack)).toEqual([]);
    expect(await changed(stack, { refresh: true })).toEqual([]);

    const command = (...args: string[]) =>
      runProgram([...args, "--cwd", stack.directory, "--stack", "test"], loginOf(stack));
    const note = `note: stack 'test' runs oCIS in a Swarm, and this doesn't check service '${name}': run `;
    expect((await command("drift", "--skip", "pocket-id")).stderr).toContain(
      `${note}\`pulumi preview --refresh`,
    );
    expect((await command("doctor")).stderr).toContain(`${note}\`docker service ps ${name}\``);
    expect((await command("backup", "--to", stack.directory)).stderr).toContain(
      `runs oCIS in a Swarm, which backup doesn't cover: run \`docker service scale ${name}=0\``,
    );

    await run("sh", "-c", "echo precious > /var/lib/ocis/file");
    const before = await files();
    says.csp += "  img-src:\n    - 'data:'\n";
    says.secretEnvironment = { DB_DSN: "hush-hush elsewhere" };
    const gap = longestGap(() => fetch(document, { signal: AbortSignal.timeout(2_000) }));
    const order: string[] = [];
    const second = await stack.up({
      onEvent: ({ resOutputsEvent }) => {
        const { op = "", urn = "" } = resOutputsEvent?.metadata ?? {};
        if (op !== "same") order.push(`${op} ${urn.split("::").at(-1) ?? ""}`);
      },
    });
    console.log(`oCIS didn't answer for ${await gap.stop()} ms during the update`);
    expect(second.changes).toEqual({ same: count - 4, replace: 2, update: 2 });
    const at = (step: string) => order.indexOf(step);
    for (const file of ["ocis-csp", "ocis-environment"]) {
      expect(at(`create-replacement ${file}`)).toBeGreaterThanOrEqual(0);
      expect(at(`create-replacement ${file}`)).toBeLessThan(at("update ocis-service"));
      expect(at(`delete-replaced ${file}`)).toBeGreaterThan(at("update ocis-ready"));
    }
    expect(await run("cat", "/etc/ocis/csp.yaml")).toContain("img-src");
    expect(await secret()).toContain("elsewhere");
    expect(await run("cat", "/var/lib/ocis/file")).toBe("precious");
    expect(await files()).toHaveLength(3);
    expect((await files()).filter((file) => before.includes(file))).toHaveLength(1);
    expect(await changed(stack, { refresh: true })).toEqual([]);

    await docker.run("service", "update", "--detach", "--env-add", "BY_HAND=1", name);
    expect(await changed(stack, { refresh: true })).toEqual([
      "update ocis-service: taskSpec.containerSpec.env.BY_HAND",
    ]);
    await stack.up({ refresh: true });
    expect(await changed(stack)).toEqual([]);

    texts.push(second.text, stack.state(), await docker.run("service", "inspect", name));
    const destroyed = (await stack.destroy()).text;
    expect(texts.join("\n")).not.toContain("hush-hush");
    expect(destroyed).toContain(`docker volume rm ${name}-config ${name}-data`);
    expect(await files()).toEqual([]);
    expect(await docker.names("volume", `name=${name}`)).toEqual([`${name}-config`, `${name}-data`]);
    await stack.up();
    expect(await run("cat", "/var/lib/ocis/file")).toBe("precious");
  });

  test("prints in one line why nobody can log in, at first and after an update", async () => {
    const { stack, says } = target;
    says.csp = "not what oCIS expects\n";
    const stopped = await stack.failureOf(stack.up());
    expect(stopped).toMatch(
      /nobody can log in to oCIS: oCIS keeps stopping .* could not use csp\.yaml.*Failed to load/,
    );
    expect(stopped).not.toContain("must-not-be-seen");

    says.csp = "directives: {}\n";
    await stack.up();
    says.environment = { ...says.environment, STAND_IN_ISSUER: `${ISSUER}/` };
    const mismatch = await stack.failureOf(stack.up());
    expect(mismatch).toContain(`Pocket ID's issuer is '${ISSUER}/', but oCIS expects '${ISSUER}'`);

    says.environment = { ...says.environment, STAND_IN_ISSUER: ISSUER };
    says.args = { ...says.args, constraints: ["node.labels.none == here"] };
    expect(await stack.failureOf(stack.up())).toMatch(
      /no node may run it \(no suitable node.*correct `constraints`/,
    );
  });

  test("refuses at preview a port and volumes of others", async () => {
    const { stack, name, says } = target;
    await docker.run("volume", "create", `${name}-data`);
    says.args = { ...says.args, networks: [{ name: "bridge" }] };
    const failure = await stack.failureOf(stack.preview());
    expect(failure).toContain(
      `volume '${name}-data' already exists and has no owner label: set adoptVolumes`,
    );
    await docker.run("volume", "rm", `${name}-data`);
    expect(await stack.failureOf(stack.up())).toContain(
      "network 'bridge' isn't one of the Swarm: create it with `docker network create --driver overlay bridge`",
    );
  });
});

/** What a preview would change, property by property. */
async function changed(stack: EngineStack, options: RunOptions = {}): Promise<string[]> {
  const changes: string[] = [];
  await stack.preview({
    ...options,
    onEvent({ resourcePreEvent }) {
      const { op = "same", urn = "", detailedDiff } = resourcePreEvent?.metadata ?? {};
      if (op === "same" || op === "refresh") return;
      changes.push(`${op} ${urn.split("::").at(-1) ?? ""}: ${Object.keys(detailedDiff ?? {}).join(", ")}`);
    },
  });
  return changes;
}
