import { DEFAULT_OCIS_IMAGE } from "@ocis-pocket-id/components";
import { type Docker, openDocker, shellWord } from "@ocis-pocket-id/components/docker-host";
import { HIDDEN } from "@ocis-pocket-id/providers/core";
import { load } from "js-yaml";
import { ownerOf } from "../backup/deployment";
import { containersOf } from "../backup/docker/services";
import type { Service } from "../backup/host";
import { componentsOf, type Project, type StackSnapshot } from "../stacks";
import { fileOf, readStackFile } from "../stacks/project";
import { productIn } from "../stacks/subject";

/** What another version of oCIS needs in ocis.yaml. */
export interface Upgrade {
  readonly container: string;
  readonly before: string;
  readonly image: string;
  /** The settings that `ocis init` of the other version writes, and ocis.yaml lacks. */
  readonly missing: readonly string[];
}

/**
 * Compares a stack's ocis.yaml with the one that `ocis init` of another image writes, in a container of its own.
 *
 * @param given the image @default the stack's `ocisImage`
 * @throws Error in one line
 */
export async function upgradesOf(
  project: Project,
  snapshot: StackSnapshot,
  given: string | undefined,
): Promise<Upgrade[]> {
  const { resources, name } = snapshot;
  const hasOcis = resources.some(
    ({ type, urn }) => type === "docker:index/container:Container" && urn.includes("OcisWithPocketId$"),
  );
  const isOpenCloud = componentsOf(resources).some(({ outputs }) => productIn(outputs) === "opencloud");
  if (!hasOcis || isOpenCloud)
    throw new Error(`stack '${name}' has no oCIS in a container, which upgrade is for`);
  const { settings, services } = containersOf(snapshot);
  const owner = ownerOf(snapshot);
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

async function upgradeOf(
  docker: Docker,
  { container, image: before }: Service,
  image: string,
  owner: string,
): Promise<Upgrade> {
  const file = await docker.readFile(container, "/etc/ocis/ocis.yaml");
  if (file === undefined) throw new Error(`container '${container}' has no /etc/ocis/ocis.yaml`);
  const fresh = await freshConfiguration(docker, image, `${owner.replaceAll("/", "-")}-upgrade`);
  return { container, before, image, missing: missingIn(file.toString("utf8"), fresh) };
}

/** The ocis.yaml of a new oCIS. The stack's own stays where it is. */
async function freshConfiguration(docker: Docker, image: string, container: string): Promise<string> {
  // One that was interrupted may have left it.
  await docker.discardContainer(container);
  try {
    await docker.createContainer(container, {
      Image: image,
      Entrypoint: ["ocis"],
      // Otherwise it would ask, and wait forever for an answer.
      Cmd: ["init", "--insecure", "false", "--config-path", "/tmp"],
      HostConfig: { NetworkMode: "none", CapDrop: ["ALL"] },
    });
    await docker.startContainer(container);
    const exitCode = await docker.waitForExit(container);
    const file = await docker.readFile(container, "/tmp/ocis.yaml");
    if (file === undefined) throw new Error(`\`ocis init\` of ${image} failed with exit code ${exitCode}`);
    return file.toString("utf8");
  } finally {
    await docker.discardContainer(container).catch(() => undefined);
  }
}

/**
 * The settings of a new configuration that another one lacks: `wopi.secret: [secret]`. Those that are false or empty are
 * defaults, which need no line.
 */
export function missingIn(configuration: string, fresh: string): string[] {
  const present = new Map(settingsIn(load(configuration)));
  return settingsIn(load(fresh)).flatMap(([path, value]) => {
    if (present.has(path) || value === false || value === "" || value === null) return [];
    return [`${path}: ${typeof value === "boolean" || typeof value === "number" ? value : HIDDEN}`];
  });
}

/** All values by path. A list is one value. */
function settingsIn(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, one]) => settingsIn(one, path === "" ? key : `${path}.${key}`));
}

/** The text that people read. */
export function upgradeText(upgrades: readonly Upgrade[]): string {
  return upgrades
    .map(({ container, before, image, missing }) => {
      const heading = `# ocis.yaml of container ${container}, from ${before} to ${image}`;
      if (missing.length === 0) return `${heading}: lacks nothing\n`;
      const add = `# after the upgrade, \`docker exec ${container} ocis init --diff\` writes a patch that adds:`;
      return `${[heading, add, ...missing].join("\n")}\n`;
    })
    .join("\n");
}
