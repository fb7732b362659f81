import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerByHand } from "./container-by-hand";
import { STAND_IN } from "./stand-in";
import { OWNER_LABEL as OWNER } from "./target-stack";

/** One thing that somebody does by hand in Docker. */
export interface Edit {
  readonly name: string;
  readonly make: (by: ContainerByHand) => Promise<unknown>;
  /** `object: change`, in the order of the alphabet; patterns where there is an ID in it. */
  readonly found: readonly unknown[];
  /** The commands that `drift` names. */
  readonly mend: readonly unknown[];
  /** What these commands do. */
  readonly mended: (by: ContainerByHand) => Promise<unknown>;
}

/** What stands for names of one run in what is expected. */
const NAME = "NAME";
const UP = "pulumi up --refresh --stack test";
const REPLACE = `docker stop ${NAME} && docker rm ${NAME} && ${UP}`;
const [REPO = "", TAG = ""] = STAND_IN.split(":");
const OTHER_IMAGE = `${STAND_IN}-other`;

export const HAND_EDITS: readonly Edit[] = [
  {
    name: "stopped",
    make: (by) => by.container().stop(),
    found: [`container ${NAME}: is stopped (exit code 0)`],
    mend: [`docker start ${NAME}`],
    mended: (by) => by.container().start(),
  },
  {
    name: "paused",
    make: (by) => by.container().pause(),
    found: [`container ${NAME}: is paused`],
    mend: [`docker unpause ${NAME}`],
    mended: (by) => by.container().unpause(),
  },
  {
    name: "taken off its network",
    make: (by) => by.docker.getNetwork(by.name).disconnect({ Container: by.name }),
    found: [`container ${NAME}: was disconnected from network ${NAME}`],
    mend: [`docker network connect ${NAME} ${NAME}`],
    mended: (by) => by.docker.getNetwork(by.name).connect({ Container: by.name }),
  },
  {
    name: "connected to another network",
    make: (by) => by.docker.getNetwork("bridge").connect({ Container: by.name }),
    found: [`container ${NAME}: was connected to network bridge`],
    mend: [`docker network disconnect bridge ${NAME}`],
    mended: (by) => by.docker.getNetwork("bridge").disconnect({ Container: by.name }),
  },
  {
    name: "renamed",
    make: (by) => by.container().rename({ name: `${by.name}-old` }),
    found: [`container ${NAME}: was renamed to ${NAME}-old`],
    mend: [`docker rename ${NAME}-old ${NAME}`],
    mended: (by) => by.docker.getContainer(`${by.name}-old`).rename({ name: by.name }),
  },
  {
    name: "its restart policy changed",
    make: (by) => by.container().update({ RestartPolicy: { Name: "no" } }),
    found: [`container ${NAME}: restart policy is 'no', should be 'always'`],
    mend: [UP],
    mended: (by) => by.stack.up({ refresh: true }),
  },
  {
    name: "its memory limited",
    make: (by) => by.container().update({ Memory: 256 * 2 ** 20, MemorySwap: -1 }),
    found: [`container ${NAME}: memory limit is 256 MiB, should be none`],
    mend: [REPLACE],
    mended: (by) => by.replaced(),
  },
  {
    name: "csp.yaml edited on disk",
    make: (by) => {
      appendFileSync(join(by.folder, ".ocis-pocket-id/test-ocis/csp.yaml"), "# by hand\n");
      return Promise.resolve();
    },
    found: ["files in '.ocis-pocket-id/test-ocis': csp.yaml was edited (1 line added)"],
    mend: [UP],
    mended: (by) => by.stack.up({ refresh: true }),
  },
  {
    name: "an uploaded file edited in the container",
    make: async (by) => {
      const Cmd = ["sh", "-c", "echo other > /tmp/x; cat /tmp/x > /run/secrets/ocis-admin-password"];
      const exec = await by.container().exec({ Cmd, User: "0" });
      (await exec.start({ Detach: true })).destroy();
      await new Promise((resolve) => setTimeout(resolve, 500));
    },
    found: [`container ${NAME}: file /run/secrets/ocis-admin-password in it was edited`],
    mend: [REPLACE],
    mended: (by) => by.replaced(),
  },
  {
    name: "made anew with another environment",
    make: (by) =>
      by.recreate((options) => ({
        ...options,
        Env: [
          "OCIS_URL=https://elsewhere.example",
          "OCIS_LOG_LEVEL=debug",
          "IDM_ADMIN_PASSWORD=must-not-be-seen",
          "DB_DSN=postgres://ocis:must-not-be-seen-either@db/ocis",
          "OCIS_INSECURE=true",
        ],
      })),
    found: [
      `container ${NAME}: file /run/secrets/ocis-admin-password in it was deleted`,
      `container ${NAME}: variable DB_DSN differs`,
      `container ${NAME}: variable IDM_ADMIN_PASSWORD was added`,
      `container ${NAME}: variable OCIS_INSECURE differs`,
      `container ${NAME}: variable OCIS_LOG_LEVEL was added`,
      `container ${NAME}: variable OCIS_URL is 'https://elsewhere.example', should be 'https://ocis.company.com'`,
      `container ${NAME}: variable PROXY_CSP_CONFIG_FILE_LOCATION is missing`,
      `container ${NAME}: was made anew by hand`,
    ],
    mend: [REPLACE],
    mended: (by) => by.replaced(),
  },
  {
    name: "made anew from another image, by the name of a foreign one",
    make: async (by) => {
      await by.container().commit({ repo: REPO, tag: `${TAG}-other` });
      await by.recreate((options) => ({
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
    mended: async (by) => {
      await by.replaced();
      await by.docker.getImage(OTHER_IMAGE).remove();
    },
  },
  {
    name: "made anew with other ports and mounts, another command and host",
    make: (by) =>
      by.recreate(({ HostConfig = {}, ...options }) => ({
        ...options,
        Cmd: ["-c", "sleep 100000"],
        HostConfig: {
          ...HostConfig,
          PortBindings: { "9200/tcp": [{ HostIp: "127.0.0.1", HostPort: "0" }] },
          Mounts: (HostConfig.Mounts ?? []).filter(({ Target }) => Target !== "/var/lib/ocis"),
          ExtraHosts: ["other.example:127.0.0.1"],
        },
      })),
    found: [
      expect.stringMatching(`^container ${NAME}: /var/lib/ocis is \\w{64}, should be ${NAME}-data$`),
      `container ${NAME}: file /run/secrets/ocis-admin-password in it was deleted`,
      `container ${NAME}: host other.example:127.0.0.1 was added`,
      `container ${NAME}: port 127.0.0.1:0 -> 9200/tcp was published`,
      `container ${NAME}: port 127.0.0.1:PORT -> 9200/tcp is not published`,
      `container ${NAME}: runs another command`,
      `container ${NAME}: was made anew by hand`,
    ],
    mend: [REPLACE],
    mended: (by) => by.replaced(),
  },
  {
    name: "the image's name given to another image",
    make: (by) => by.container().commit({ repo: REPO, tag: TAG }),
    found: [
      expect.stringMatching(
        `^image ${STAND_IN}: is another image on this Docker host now: \\w{12}, was \\w{12}$`,
      ),
    ],
    mend: [expect.stringMatching(`^docker tag \\w{12} ${STAND_IN}$`)],
    mended: async (by) => {
      const other = by.docker.getImage((await by.docker.getImage(STAND_IN).inspect()).Id);
      const { Image } = await by.container().inspect();
      await by.docker.getImage(Image).tag({ repo: REPO, tag: TAG });
      await other.remove();
    },
  },
  {
    name: "removed, with its network",
    make: async (by) => {
      await by.container().remove({ force: true, v: true });
      await by.docker.getNetwork(by.name).remove();
    },
    found: [`container ${NAME}: was removed`, `network ${NAME}: was removed`],
    mend: [UP],
    mended: (by) => by.stack.up({ refresh: true }),
  },
  {
    name: "the network made anew",
    make: async (by) => {
      await by.container().remove({ force: true, v: true });
      await by.docker.getNetwork(by.name).remove();
      await by.docker.createNetwork({ Name: by.name });
    },
    found: [
      `container ${NAME}: was removed`,
      `network ${NAME}: was made anew by hand: nothing says whose it is`,
    ],
    mend: [UP, `docker network rm ${NAME} && ${UP}`],
    mended: async (by) => {
      await by.docker.getNetwork(by.name).remove();
      await by.stack.up({ refresh: true });
    },
  },
  {
    name: "a volume removed",
    make: async (by) => {
      await by.container().remove({ force: true, v: true });
      await by.docker.getVolume(`${by.name}-data`).remove();
    },
    found: [`container ${NAME}: was removed`, `volume ${NAME}-data: was removed, and all that was in it`],
    mend: [
      UP,
      `restore it from its backup, then ${UP}; without one, remove its pair too, and set allowEmptyVolumes to start empty`,
    ],
    mended: async (by) => {
      const { Labels } = await by.docker.getVolume(`${by.name}-config`).inspect();
      await by.docker.createVolume({ Name: `${by.name}-data`, Labels });
      await by.stack.up({ refresh: true });
    },
  },
];
