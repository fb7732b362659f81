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
  readonly fix: readonly unknown[];
  /** What these commands do. */
  readonly repair: (by: ContainerByHand) => Promise<unknown>;
}

/** What stands for names of one run in what is expected. */
const NAME = "NAME";
const UP = "pulumi up --refresh --stack test";
const REPLACE = `docker stop ${NAME} && docker rm ${NAME} && ${UP}`;
const OTHER_IMAGE = `${STAND_IN}-other`;

export const HAND_EDITS: readonly Edit[] = [
  {
    name: "stopped",
    make: (by) => by.docker.run("stop", by.name),
    found: [`container ${NAME}: is stopped (exit code 0)`],
    fix: [`docker start ${NAME}`],
    repair: (by) => by.docker.run("start", by.name),
  },
  {
    name: "paused",
    make: (by) => by.docker.run("pause", by.name),
    found: [`container ${NAME}: is paused`],
    fix: [`docker unpause ${NAME}`],
    repair: (by) => by.docker.run("unpause", by.name),
  },
  {
    name: "taken off its network",
    make: (by) => by.docker.run("network", "disconnect", by.name, by.name),
    found: [`container ${NAME}: was disconnected from network ${NAME}`],
    fix: [`docker network connect ${NAME} ${NAME}`],
    repair: (by) => by.docker.run("network", "connect", by.name, by.name),
  },
  {
    name: "connected to another network",
    make: (by) => by.docker.run("network", "connect", "bridge", by.name),
    found: [`container ${NAME}: was connected to network bridge`],
    fix: [`docker network disconnect bridge ${NAME}`],
    repair: (by) => by.docker.run("network", "disconnect", "bridge", by.name),
  },
  {
    name: "renamed",
    make: (by) => by.docker.run("rename", by.name, `${by.name}-old`),
    found: [`container ${NAME}: was renamed to ${NAME}-old`],
    fix: [`docker rename ${NAME}-old ${NAME}`],
    repair: (by) => by.docker.run("rename", `${by.name}-old`, by.name),
  },
  {
    name: "its restart policy changed",
    make: (by) => by.docker.run("update", "--restart", "no", by.name),
    found: [`container ${NAME}: restart policy is 'no', should be 'always'`],
    fix: [UP],
    repair: (by) => by.stack.up({ refresh: true }),
  },
  {
    name: "its memory limited",
    make: (by) => by.docker.run("update", "--memory", "256m", "--memory-swap", "-1", by.name),
    found: [`container ${NAME}: memory limit is 256 MiB, should be 4096 MiB`],
    fix: [REPLACE],
    repair: (by) => by.replaced(),
  },
  {
    name: "csp.yaml edited on disk",
    make: (by) => {
      appendFileSync(join(by.folder, ".ocis-pocket-id/test-ocis/csp.yaml"), "# by hand\n");
      return Promise.resolve();
    },
    found: ["files in '.ocis-pocket-id/test-ocis': csp.yaml was edited (1 line added)"],
    fix: [UP],
    repair: (by) => by.stack.up({ refresh: true }),
  },
  {
    name: "an uploaded file edited in the container",
    make: (by) =>
      by.docker.run("exec", "--user", "0", by.name, "sh", "-c", "echo other > /run/secrets/ocis.yaml"),
    found: [`container ${NAME}: file /run/secrets/ocis.yaml was edited`],
    fix: [REPLACE],
    repair: (by) => by.replaced(),
  },
  {
    name: "made anew with another environment",
    make: (by) =>
      by.recreate((options) => ({
        ...options,
        env: [
          "OCIS_URL=https://elsewhere.example",
          "OCIS_LOG_LEVEL=debug",
          "IDM_ADMIN_PASSWORD=must-not-be-seen",
          "DB_DSN=postgres://ocis:must-not-be-seen-either@db/ocis",
          "OCIS_INSECURE=true",
        ],
      })),
    found: [
      `container ${NAME}: file /run/secrets/ocis.yaml was deleted`,
      `container ${NAME}: variable DB_DSN differs`,
      `container ${NAME}: variable IDM_ADMIN_PASSWORD was added`,
      `container ${NAME}: variable OCIS_INSECURE differs`,
      `container ${NAME}: variable OCIS_LOG_LEVEL was added`,
      `container ${NAME}: variable OCIS_URL is 'https://elsewhere.example', should be 'https://ocis.company.com'`,
      `container ${NAME}: variable PROXY_CSP_CONFIG_FILE_LOCATION is missing`,
      `container ${NAME}: was recreated by hand`,
    ],
    fix: [REPLACE],
    repair: (by) => by.replaced(),
  },
  {
    name: "made anew from another image, by the name of a foreign one",
    make: async (by) => {
      await by.docker.run("commit", by.name, OTHER_IMAGE);
      await by.recreate((options) => ({
        ...options,
        image: OTHER_IMAGE,
        labels: [`${OWNER}=another/stack/ocis`],
      }));
    },
    found: [
      `container ${NAME}: image is '${OTHER_IMAGE}', should be '${STAND_IN}'`,
      `container ${NAME}: was replaced by a container of this name that isn't ours: it belongs to another/stack/ocis`,
    ],
    fix: [REPLACE],
    repair: async (by) => {
      await by.replaced();
      await by.docker.run("image", "rm", OTHER_IMAGE);
    },
  },
  {
    name: "made anew with other ports and mounts, another command and host",
    make: (by) =>
      by.recreate(({ mounts, ...options }) => ({
        ...options,
        command: ["-c", "sleep 100000"],
        ports: ["127.0.0.1:0:9200/tcp"],
        mounts: mounts.filter((mount) => !mount.includes("target=/var/lib/ocis")),
        hosts: ["other.example:127.0.0.1"],
      })),
    found: [
      expect.stringMatching(`^container ${NAME}: /var/lib/ocis is \\w{64}, should be ${NAME}-data$`),
      `container ${NAME}: file /run/secrets/ocis.yaml was deleted`,
      `container ${NAME}: host other.example:127.0.0.1 was added`,
      `container ${NAME}: port 127.0.0.1:0 -> 9200/tcp was published`,
      `container ${NAME}: port 127.0.0.1:PORT -> 9200/tcp is not published`,
      `container ${NAME}: runs another command`,
      `container ${NAME}: was recreated by hand`,
    ],
    fix: [REPLACE],
    repair: (by) => by.replaced(),
  },
  {
    name: "the image's name given to another image",
    make: (by) => by.docker.run("commit", by.name, STAND_IN),
    found: [
      expect.stringMatching(
        `^image ${STAND_IN}: is another image on this Docker host now: \\w{12}, was \\w{12}$`,
      ),
    ],
    fix: [expect.stringMatching(`^docker tag \\w{12} ${STAND_IN}$`)],
    repair: async (by) => {
      const other = await by.docker.inspect<{ Id: string }>("image", STAND_IN);
      const { Image } = await by.docker.inspect<{ Image: string }>("container", by.name);
      await by.docker.run("tag", Image, STAND_IN);
      await by.docker.run("image", "rm", other.Id);
    },
  },
  {
    name: "removed, with its network",
    make: async (by) => {
      await by.docker.run("rm", "--force", "--volumes", by.name);
      await by.docker.run("network", "rm", by.name);
    },
    found: [`container ${NAME}: was removed`, `network ${NAME}: was removed`],
    fix: [UP],
    repair: (by) => by.stack.up({ refresh: true }),
  },
  {
    name: "the network made anew",
    make: async (by) => {
      await by.docker.run("rm", "--force", "--volumes", by.name);
      await by.docker.run("network", "rm", by.name);
      await by.docker.run("network", "create", by.name);
    },
    found: [
      `container ${NAME}: was removed`,
      `network ${NAME}: was recreated by hand: it has no owner label`,
    ],
    fix: [UP, `docker network rm ${NAME} && ${UP}`],
    repair: async (by) => {
      await by.docker.run("network", "rm", by.name);
      await by.stack.up({ refresh: true });
    },
  },
  {
    name: "a volume removed",
    make: async (by) => {
      await by.docker.run("rm", "--force", "--volumes", by.name);
      await by.docker.run("volume", "rm", `${by.name}-data`);
    },
    found: [`container ${NAME}: was removed`, `volume ${NAME}-data: was removed, with all its data`],
    fix: [
      UP,
      `restore its backup, then ${UP}; without one, remove the other volume too, and set allowEmptyVolumes to start empty`,
    ],
    repair: async (by) => {
      const volume = await by.docker.inspect<{ Labels: Record<string, string> }>(
        "volume",
        `${by.name}-config`,
      );
      const labels = Object.entries(volume.Labels).flatMap(([name, value]) => [
        "--label",
        `${name}=${value}`,
      ]);
      await by.docker.run("volume", "create", ...labels, `${by.name}-data`);
      await by.stack.up({ refresh: true });
    },
  },
];
