import * as pulumi from "@pulumi/pulumi";
import Docker from "dockerode";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dockerTarget } from "../../components/targets";
import { findingsOf, type Report, runDrift } from "../cli/drift-run";
import { type EngineStack, engineStack } from "../support/engine";
import { staticBusybox, whyNoDocker } from "./available";
import { importStandIn, STAND_IN } from "./stand-in";

const reason = whyNoDocker();
if (reason !== undefined) console.log(`The tests of drift in Docker are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

/** Hand edits in Docker, one by one, on a stack that a real `up` has made. Each is undone by the command that `drift` names. */
describeWithDocker("drift in Docker", () => {
  const docker = new Docker();
  const NAME = "drift-test-test-ocis";
  const [REPO = "", TAG = ""] = STAND_IN.split(":");
  const OTHER_IMAGE = `${REPO}:drift-test`;
  const OWNER = "io.github.ocis-pocket-id.owner";
  const UP = "pulumi up --refresh --stack test";
  const REPLACE = `docker stop ${NAME} && docker rm ${NAME} && ${UP}`;
  const checkout = process.cwd();
  let folder: string;
  let stack: EngineStack;

  class Target extends pulumi.ComponentResource {
    constructor() {
      super("test:index:Target", "ocis");
      const settings = {
        ocisUrl: "https://ocis.company.com",
        issuer: "https://pocket-id.company.com",
        environment: {
          OCIS_URL: "https://ocis.company.com",
          PROXY_CSP_CONFIG_FILE_LOCATION: "/etc/ocis/csp.yaml",
        },
        contentSecurityPolicy: "directives: {}\n",
      };
      const args = { image: STAND_IN, publish: { port: 29_311 }, readiness: false } as const;
      dockerTarget("ocis", settings, args, { parent: this });
      this.registerOutputs({});
    }
  }

  beforeAll(async () => {
    const cache = join(checkout, ".cache", "tests");
    mkdirSync(cache, { recursive: true });
    await importStandIn(docker, staticBusybox() ?? "");
    // The engine takes this folder for that of the program.
    folder = mkdtempSync(join(cache, "drift-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: drift-test\nruntime: nodejs\n");
    process.chdir(folder);
    stack = await engineStack("drift-test", () => {
      new Target();
      return Promise.resolve({});
    });
    await stack.up();
  });
  afterAll(async () => {
    await stack.destroy();
    await stack.remove();
    process.chdir(checkout);
    rmSync(folder, { recursive: true });
    for (const kind of ["config", "data"]) await docker.getVolume(`${NAME}-${kind}`).remove();
    await docker.getImage(STAND_IN).remove();
  });

  const container = () => docker.getContainer(NAME);
  const drift = () => runDrift(stack, [], { folder });
  const mends = ({ findings }: Report) => [...new Set(findings.map(({ mend }) => mend))];

  /** What `docker run` with other arguments makes of a container: everything else stays. */
  async function recreate(change: (options: Docker.ContainerCreateOptions) => Docker.ContainerCreateOptions) {
    const { Config, HostConfig } = await container().inspect();
    await container().remove({ force: true, v: true });
    const made = await docker.createContainer(change({ ...Config, HostConfig, name: NAME }));
    await docker.getNetwork("bridge").disconnect({ Container: made.id });
    await docker.getNetwork(NAME).connect({ Container: made.id });
    await made.start();
  }
  const replaced = async () => {
    await container().stop();
    // With the volumes without a name that the image asks for.
    await container().remove({ v: true });
    await stack.up({ refresh: true });
  };

  interface Edit {
    readonly name: string;
    readonly make: () => Promise<unknown>;
    /** `object: change`, in the order of the alphabet; patterns where there is an ID in it. */
    readonly found: readonly unknown[];
    readonly mend: readonly unknown[];
    readonly mended: () => Promise<unknown>;
  }
  const EDITS: readonly Edit[] = [
    {
      name: "stopped",
      make: () => container().stop(),
      found: [`container ${NAME}: is stopped (exit code 0)`],
      mend: [`docker start ${NAME}`],
      mended: () => container().start(),
    },
    {
      name: "paused",
      make: () => container().pause(),
      found: [`container ${NAME}: is paused`],
      mend: [`docker unpause ${NAME}`],
      mended: () => container().unpause(),
    },
    {
      name: "taken off its network",
      make: () => docker.getNetwork(NAME).disconnect({ Container: NAME }),
      found: [`container ${NAME}: was disconnected from network ${NAME}`],
      mend: [`docker network connect ${NAME} ${NAME}`],
      mended: () => docker.getNetwork(NAME).connect({ Container: NAME }),
    },
    {
      name: "connected to another network",
      make: () => docker.getNetwork("bridge").connect({ Container: NAME }),
      found: [`container ${NAME}: was connected to network bridge`],
      mend: [`docker network disconnect bridge ${NAME}`],
      mended: () => docker.getNetwork("bridge").disconnect({ Container: NAME }),
    },
    {
      name: "renamed",
      make: () => container().rename({ name: `${NAME}-old` }),
      found: [`container ${NAME}: was renamed to ${NAME}-old`],
      mend: [`docker rename ${NAME}-old ${NAME}`],
      mended: () => docker.getContainer(`${NAME}-old`).rename({ name: NAME }),
    },
    {
      name: "its restart policy changed",
      make: () => container().update({ RestartPolicy: { Name: "no" } }),
      found: [`container ${NAME}: restart policy is 'no', should be 'always'`],
      mend: [UP],
      mended: () => stack.up({ refresh: true }),
    },
    {
      name: "its memory limited",
      make: () => container().update({ Memory: 256 * 2 ** 20, MemorySwap: -1 }),
      found: [`container ${NAME}: memory limit is 256 MiB, should be none`],
      mend: [REPLACE],
      mended: replaced,
    },
    {
      name: "csp.yaml edited on disk",
      make: () => {
        appendFileSync(join(folder, ".ocis-pocket-id/test-ocis/csp.yaml"), "# by hand\n");
        return Promise.resolve();
      },
      found: ["files in '.ocis-pocket-id/test-ocis': csp.yaml was edited (1 line added)"],
      mend: [UP],
      mended: () => stack.up({ refresh: true }),
    },
    {
      name: "an uploaded file edited in the container",
      make: async () => {
        const Cmd = ["sh", "-c", "echo other > /tmp/x; cat /tmp/x > /run/secrets/ocis-admin-password"];
        const exec = await container().exec({ Cmd, User: "0" });
        (await exec.start({ Detach: true })).destroy();
        await new Promise((resolve) => setTimeout(resolve, 500));
      },
      found: [`container ${NAME}: file /run/secrets/ocis-admin-password in it was edited`],
      mend: [REPLACE],
      mended: replaced,
    },
    {
      name: "made anew with another environment",
      make: () =>
        recreate((options) => ({
          ...options,
          Env: [
            "OCIS_URL=https://elsewhere.example",
            "OCIS_LOG_LEVEL=debug",
            "IDM_ADMIN_PASSWORD=must-not-be-seen",
          ],
        })),
      found: [
        `container ${NAME}: file /run/secrets/ocis-admin-password in it was deleted`,
        `container ${NAME}: variable IDM_ADMIN_PASSWORD was added`,
        `container ${NAME}: variable OCIS_LOG_LEVEL was added`,
        `container ${NAME}: variable OCIS_URL is 'https://elsewhere.example', should be 'https://ocis.company.com'`,
        `container ${NAME}: variable PROXY_CSP_CONFIG_FILE_LOCATION is missing`,
        `container ${NAME}: was made anew by hand`,
      ],
      mend: [REPLACE],
      mended: replaced,
    },
    {
      name: "made anew from another image, by the name of a foreign one",
      make: async () => {
        await docker.getContainer(NAME).commit({ repo: REPO, tag: "drift-test" });
        await recreate((options) => ({
          ...options,
          Image: OTHER_IMAGE,
          Labels: { [OWNER]: "another/stack/ocis" },
        }));
      },
      found: [
        `container ${NAME}: image is '${OTHER_IMAGE}', should be '${STAND_IN}'`,
        `container ${NAME}: was replaced by another container of this name, which is not ours: it belongs to another/stack/ocis`,
      ],
      mend: [REPLACE],
      mended: async () => {
        await replaced();
        await docker.getImage(OTHER_IMAGE).remove();
      },
    },
    {
      name: "made anew with other ports and mounts, another command and host",
      make: () =>
        recreate(({ HostConfig = {}, ...options }) => ({
          ...options,
          Cmd: ["-c", "sleep 100000"],
          HostConfig: {
            ...HostConfig,
            PortBindings: { "9200/tcp": [{ HostIp: "127.0.0.1", HostPort: "29312" }] },
            Mounts: (HostConfig.Mounts ?? []).filter(({ Target }) => Target !== "/var/lib/ocis"),
            ExtraHosts: ["other.example:127.0.0.1"],
          },
        })),
      found: [
        expect.stringMatching(`^container ${NAME}: /var/lib/ocis is \\w{64}, should be ${NAME}-data$`),
        `container ${NAME}: file /run/secrets/ocis-admin-password in it was deleted`,
        `container ${NAME}: host other.example:127.0.0.1 was added`,
        `container ${NAME}: port 127.0.0.1:29311 -> 9200/tcp is not published`,
        `container ${NAME}: port 127.0.0.1:29312 -> 9200/tcp was published`,
        `container ${NAME}: runs another command`,
        `container ${NAME}: was made anew by hand`,
      ],
      mend: [REPLACE],
      mended: replaced,
    },
    {
      name: "the image's name given to another image",
      make: () => container().commit({ repo: REPO, tag: TAG }),
      found: [
        expect.stringMatching(
          `^image ${STAND_IN}: is another image on this Docker host now: \\w{12}, was \\w{12}$`,
        ),
      ],
      mend: [expect.stringMatching(`^docker tag \\w{12} ${STAND_IN}$`)],
      mended: async () => {
        const other = docker.getImage((await docker.getImage(STAND_IN).inspect()).Id);
        const { Image } = await container().inspect();
        await docker.getImage(Image).tag({ repo: REPO, tag: TAG });
        await other.remove();
      },
    },
    {
      name: "removed, with its network",
      make: async () => {
        await container().remove({ force: true, v: true });
        await docker.getNetwork(NAME).remove();
      },
      found: [`container ${NAME}: was removed`, `network ${NAME}: was removed`],
      mend: [UP],
      mended: () => stack.up({ refresh: true }),
    },
    {
      name: "the network made anew",
      make: async () => {
        await container().remove({ force: true, v: true });
        await docker.getNetwork(NAME).remove();
        await docker.createNetwork({ Name: NAME });
      },
      found: [
        `container ${NAME}: was removed`,
        `network ${NAME}: was made anew by hand: nothing says whose it is`,
      ],
      mend: [UP, `docker network rm ${NAME} && ${UP}`],
      mended: async () => {
        await docker.getNetwork(NAME).remove();
        await stack.up({ refresh: true });
      },
    },
    {
      name: "a volume removed",
      make: async () => {
        await container().remove({ force: true, v: true });
        await docker.getVolume(`${NAME}-data`).remove();
      },
      found: [`container ${NAME}: was removed`, `volume ${NAME}-data: was removed, and all that was in it`],
      mend: [UP, `restore it from its backup; without one, ${UP} makes an empty one`],
      mended: () => stack.up({ refresh: true }),
    },
  ];

  test("an untouched stack has no drift", async () => {
    const { code, report } = await drift();
    expect({ code, ...report }).toEqual({ code: 0, stack: "test", objects: 6, findings: [], errors: [] });
  });

  test.each(EDITS)("$name: found, named, and mended as it says", async ({ make, found, mend, mended }) => {
    await make();
    const { code, report, stdout } = await drift();
    await mended();
    const after = await drift();
    expect(findingsOf(report)).toEqual(found);
    expect(mends(report).sort()).toEqual([...mend].sort());
    expect(stdout).not.toContain("must-not-be-seen");
    expect(code).toBe(2);
    expect(after.report.findings).toEqual([]);
  });

  test("Docker that does not answer is an error, and no drift", async () => {
    const environment = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
    const { code, report } = await runDrift(stack, [], { folder, environment });
    expect(code).toBe(1);
    expect(report.findings).toEqual([]);
    expect(report.errors).toEqual([expect.stringMatching(/^Docker is not reachable at unix:\/\/\/nowhere/)]);
  });
});
