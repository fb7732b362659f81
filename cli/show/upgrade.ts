import { DEFAULT_OCIS_IMAGE } from "@ocis-pocket-id/components";
import { type Docker, openDocker, shellWord } from "@ocis-pocket-id/components/docker-host";
import { HIDDEN } from "@ocis-pocket-id/providers/core";
import { Readable } from "node:stream";
import { deploymentOf, type Service } from "../backup/services";
import { tarOf } from "../backup/tar";
import type { Project, StackSnapshot } from "../stacks";
import { fileOf, readStackFile } from "../stacks/project";

/** What another version of oCIS would write into ocis.yaml. */
export interface Upgrade {
  readonly container: string;
  readonly before: string;
  readonly image: string;
  /** As of `diff -u`, with all values hidden that can be secrets; empty if nothing changes. */
  readonly diff: readonly string[];
}

const CONFIGURATION = "/etc/ocis/ocis.yaml";

/**
 * Runs `ocis init --diff` of another image in a container of its own, on a copy of the stack's ocis.yaml.
 *
 * @param given the image @default the stack's `ocisImage`
 * @throws Error in one line
 */
export async function upgradesOf(
  project: Project,
  snapshot: StackSnapshot,
  given: string | undefined,
): Promise<Upgrade[]> {
  const { settings, services, owner } = deploymentOf(snapshot);
  const docker = openDocker()(settings);
  const image = given ?? (await imageOf(project, snapshot));
  if ((await docker.findImage(image)) === undefined) {
    throw new Error(
      `image ${image} isn't on Docker at ${docker.host.url}: run \`docker pull ${shellWord(image)}\` there, or name another ` +
        "with --image",
    );
  }
  const withOcis = services.filter(({ places }) => places.some(({ kind }) => kind === "ocis-config"));
  const upgrades: Upgrade[] = [];
  for (const service of withOcis) upgrades.push(await upgradeOf(docker, service, image, owner));
  return upgrades;
}

/** The image that the next `up` uses. */
async function imageOf(project: Project, { name, options }: StackSnapshot): Promise<string> {
  const file = fileOf(project.directory, name);
  const { config } = file === undefined ? { config: {} } : await readStackFile(file);
  const image = (config as Readonly<Record<string, unknown>>)[`${project.name}:ocisImage`];
  if (image === undefined || typeof image === "string") return image ?? DEFAULT_OCIS_IMAGE;
  throw new Error(`ocisImage of stack '${name}' is a secret: name the image with --image (${options})`);
}

/** A folder that no image has a volume at. */
const FOLDER = "upgrade";

async function upgradeOf(
  docker: Docker,
  { container, image: before }: Service,
  image: string,
  owner: string,
): Promise<Upgrade> {
  const file = await docker.readFile(container, CONFIGURATION);
  if (file === undefined) throw new Error(`container '${container}' has no ${CONFIGURATION}`);
  const name = `${owner.replaceAll("/", "-")}-upgrade`;
  // One that was interrupted may have left it.
  await docker.discardContainer(name);
  try {
    await docker.createContainer(name, {
      Image: image,
      Entrypoint: ["ocis"],
      // Otherwise it would ask, and wait forever for an answer.
      Cmd: ["init", "--diff", "--insecure", "false", "--config-path", `/${FOLDER}`],
      User: "0",
      HostConfig: { NetworkMode: "none", CapDrop: ["ALL"] },
    });
    await docker.writeArchive(
      name,
      "/",
      Readable.from([tarOf(`${FOLDER}/ocis.yaml`, file.toString("utf8"))]),
    );
    await docker.startContainer(name);
    const exitCode = await docker.waitForExit(name);
    const patch = (await docker.readFile(name, `/${FOLDER}/ocis.config.patch`))?.toString("utf8") ?? "";
    const printed = await docker.lastLogLines(name, 20);
    if (exitCode !== 0 || (patch === "" && !printed.some((line) => line.includes("no changes")))) {
      throw new Error(`\`ocis init --diff\` of ${image} failed with exit code ${exitCode}`);
    }
    return { container, before, image, diff: withoutValues(patch) };
  } finally {
    await docker.discardContainer(name).catch(() => undefined);
  }
}

/** A diff of YAML without its file names, and with only those values that can't be secrets. */
export function withoutValues(patch: string): string[] {
  return patch
    .split("\n")
    .filter((line) => line !== "" && !/^(---|\+\+\+) /.test(line))
    .map((line) => {
      if (line.startsWith("@@")) return line;
      const [, key = "", value = ""] = /^([ +-]\s*(?:- )*[\w.-]+:)(.*)$/.exec(line) ?? [
        "",
        line.slice(0, 1),
        line.slice(1),
      ];
      return /^\s*(true|false|\d{1,5}|""|\[\]|\{\})?$/.test(value) ? key + value : `${key} ${HIDDEN}`;
    });
}

/** The text that people read. */
export function upgradeText(upgrades: readonly Upgrade[]): string {
  return upgrades
    .map(({ container, before, image, diff }) => {
      const heading = `# ${CONFIGURATION} of container ${container}, from ${before} to ${image}`;
      if (diff.length === 0) return `${heading}: nothing changes\n`;
      const apply = `# after the upgrade, \`docker exec ${container} ocis init --diff\` writes ocis.config.patch with the values`;
      return `${[heading, apply, ...diff].join("\n")}\n`;
    })
    .join("\n");
}
