import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Docker } from "../support/docker";
import { staticBusybox, whyNoDocker } from "./available";
import { importStandIn, STAND_IN } from "./stand-in";
import { openTargetStack, type TargetStack } from "./target-stack";

const reason = whyNoDocker();
if (reason !== undefined) console.log(`The tests of data on the Docker host are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

describeWithDocker("data on the Docker host", () => {
  const docker = new Docker();
  let target: TargetStack;

  beforeAll(() => importStandIn(docker, staticBusybox() ?? ""));
  afterAll(() => docker.run("image", "rm", STAND_IN));
  beforeEach(async () => {
    target = await openTargetStack(docker);
  });
  afterEach(() => target.close());

  test("volumes that are gone are never replaced by empty ones, refreshed or not, until that is accepted", async () => {
    const { stack, says, name } = target;
    await stack.up();
    await docker.run("rm", "--force", name);
    await docker.run("volume", "rm", `${name}-config`, `${name}-data`);

    for (const operation of [
      () => stack.preview(),
      () => stack.up(),
      () => stack.preview({ refresh: true }),
      () => stack.up({ refresh: true }),
    ]) {
      const failure = await stack.failureOf(operation());
      for (const kind of ["config", "data"]) {
        expect(failure).toContain(
          `volume '${name}-${kind}' of this stack is gone from Docker at unix:///var/run/docker.sock, and an empty one ` +
            "would replace it: restore it from its backup, or set allowEmptyVolumes",
        );
      }
    }
    expect(await docker.names("volume", `name=${name}`)).toEqual([]);

    says.args = { ...says.args, allowEmptyVolumes: true };
    await stack.up({ refresh: true });
    says.args = { ...says.args, allowEmptyVolumes: false };
    await stack.up();
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });

  test("a lost config volume comes back with the same secrets, and only with secrets in the stack", async () => {
    const { stack, says, name, run } = target;
    const others = says.args;
    says.args = { ...others, secrets: "volume" };
    await stack.up();
    const byInit = await run("cat", "/etc/ocis/ocis.yaml");
    const lose = async () => {
      await docker.run("rm", "--force", name);
      await docker.run("volume", "rm", `${name}-config`);
    };

    // A stack of an older version: its file stays, and so does its container.
    says.args = others;
    const before = (await stack.outputs())["containerId"];
    await stack.takeOver(withoutSecrets(stack.state()));
    const upgrade = (await stack.preview()).changes;
    expect(upgrade).toMatchObject({ create: 1, update: 1 });
    expect(upgrade).not.toHaveProperty("replace");
    await stack.up();
    expect(await stack.outputs()).toMatchObject({ containerId: before, secretsIn: "volume" });
    expect(await run("cat", "/etc/ocis/ocis.yaml")).toBe(byInit);
    await lose();
    expect(await stack.failureOf(stack.up({ refresh: true }))).toContain(
      `volume '${name}-config' of this stack is gone`,
    );

    await docker.run("volume", "rm", `${name}-data`);
    says.args = { ...others, allowEmptyVolumes: true };
    await stack.up({ refresh: true });
    says.args = others;
    await stack.destroy();
    await docker.run("volume", "rm", `${name}-config`, `${name}-data`);
    await stack.up();
    expect((await stack.outputs())["secretsIn"]).toBe("stack");
    const ours = await run("cat", "/etc/ocis/ocis.yaml");
    expect(ours).not.toBe(byInit);
    await run("sh", "-c", "echo precious > /var/lib/ocis/file");
    await lose();
    expect((await stack.preview()).text).toContain(`'${name}-config' has lost its ocis.yaml`);
    await stack.up({ refresh: true });
    expect(await run("cat", "/etc/ocis/ocis.yaml")).toBe(ours);
    expect(await run("cat", "/var/lib/ocis/file")).toBe("precious");
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);

    // Somebody else's file, as after a restore into a new stack.
    await run("sh", "-c", "echo 'token_manager: {}' > /etc/ocis/ocis.yaml");
    expect((await stack.preview()).changes).toMatchObject({ update: 2, replace: 1 });
    await stack.up();
    expect(await run("cat", "/etc/ocis/ocis.yaml")).toBe("token_manager: {}");
  });

  test("an up that failed at first has lost nothing", async () => {
    const { stack, says } = target;
    const { environment } = says;
    says.environment = { ...environment, STAND_IN_ISSUER: "https://other.company.com" };
    await stack.failureOf(stack.up());
    says.environment = environment;
    await stack.up();
  });

  test("folders of the Docker host: refused while they can't be used, then mounted, and kept", async () => {
    const { stack, says, ours } = target;
    const folder = mkdtempSync(join(tmpdir(), "ocis-folders-"));
    const volumes = { config: join(folder, "config"), data: join(folder, "data") };
    says.args = { ...says.args, volumes, secrets: "volume" };
    try {
      expect(await stack.failureOf(stack.preview())).toContain(
        `folder '${volumes.config}' isn't on this machine: run \`mkdir -p ${volumes.config}`,
      );
      for (const path of Object.values(volumes)) mkdirSync(path);
      expect(await stack.failureOf(stack.preview())).toMatch(
        /belongs to uid 0 with mode 0755, and the container, which runs as uid 1000, can't write there: run `chown -R 1000:1000 /,
      );
      for (const path of Object.values(volumes)) chownSync(path, 1000, 1000);
      await stack.up();
      expect(readdirSync(volumes.config)).toContain("ocis.yaml");
      expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);

      // The up after the first one notes that there are files.
      says.csp += "  img-src:\n    - 'data:'\n";
      await stack.up();
      rmSync(join(volumes.config, "ocis.yaml"));
      expect(await stack.failureOf(stack.preview())).toContain(
        "has no ocis.yaml, and one is useless without",
      );
      rmSync(join(volumes.data, "storage"), { recursive: true });
      expect(await stack.failureOf(stack.preview())).toContain("is empty, where this stack had files");

      says.args = { ...says.args, allowEmptyVolumes: true };
      await stack.preview();
      await stack.destroy();
      expect(await ours()).toEqual([]);
      expect(readdirSync(folder).sort()).toEqual(["config", "data"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

interface Entry {
  readonly urn: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
}

/** A state as versions wrote it that kept oCIS's secrets in the volume only. */
function withoutSecrets(state: string): string {
  const parsed = JSON.parse(state) as { checkpoint: { latest: { resources: Entry[] } } };
  const { latest } = parsed.checkpoint;
  const isNew = (urn: string) => urn.endsWith("::ocis-secrets");
  latest.resources = latest.resources.filter(({ urn }) => !isNew(urn));
  for (const entry of latest.resources) {
    entry.dependencies = entry.dependencies?.filter((urn) => !isNew(urn)) ?? [];
    for (const [property, urns] of Object.entries(entry.propertyDependencies ?? {})) {
      if (urns)
        Object.assign(entry.propertyDependencies ?? {}, { [property]: urns.filter((urn) => !isNew(urn)) });
    }
    for (const properties of [entry.inputs, entry.outputs]) {
      for (const key of ["secretsIn", "fingerprint", "ocisSecrets"]) {
        if (properties && entry.urn.endsWith("::ocis-preflight")) Reflect.deleteProperty(properties, key);
      }
    }
  }
  return JSON.stringify(parsed);
}
