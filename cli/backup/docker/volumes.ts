import { type Docker, DockerError, readable, shellWord } from "@ocis-pocket-id/components/docker-host";
import { Readable } from "node:stream";
import { attributesIn, isVolume, type Place, READ_ATTRIBUTES, type Volumes, WRITE_ATTRIBUTES } from "../host";

/** An image without any file, which is made instead of downloaded. */
const EMPTY_IMAGE = "ocis-pocket-id-empty:1";

/** The end of a tar archive, which alone is one of no files. */
const EMPTY_ARCHIVE = Buffer.alloc(1_024);

const ROOT = "/volumes";

/** The container in which the programs for extended attributes run. */
const attributesName = (access: string) => `${access}-attributes`;

/** The name of the container that gives access to a stack's volumes. Nobody can open them twice. */
export const accessName = (owner: string) => `${owner.replaceAll("/", "-")}-backup`;

/**
 * Opens volumes through a container that has them mounted and never runs: Docker reads and writes its files, on another machine
 * as well.
 *
 * @param places volumes, which are created if they aren't there, or folders, which must be
 * @param image the image of a component, which has programs for extended attributes
 * @throws Error in one line if they are open already, or such an image isn't there
 */
export async function openVolumes(
  docker: Docker,
  container: string,
  places: readonly Place[],
  image: (component: string) => string | undefined,
  signal: AbortSignal,
): Promise<Volumes> {
  for (const { component } of places.filter((place) => !isVolume(place))) {
    const name = image(component) ?? "";
    if ((await docker.findImage(name)) !== undefined) continue;
    throw new Error(
      `image ${name}, which reads and writes extended attributes, isn't on Docker at ${docker.host.url}: run ` +
        `\`docker pull ${shellWord(name)}\` there, and try again`,
    );
  }
  if ((await docker.findImage(EMPTY_IMAGE)) === undefined) {
    await docker.importImage(EMPTY_IMAGE, Readable.from([EMPTY_ARCHIVE]));
  }
  const Mounts = places.filter(isVolume).map(({ name, source }) => ({
    Type: source.startsWith("/") ? "bind" : "volume",
    Source: source,
    Target: `${ROOT}/${name}`,
  }));
  const settings = {
    Image: EMPTY_IMAGE,
    Cmd: ["never-started"],
    HostConfig: { Mounts, NetworkMode: "none" },
  };
  try {
    await docker.createContainer(container, settings);
  } catch (error) {
    if (!(error instanceof DockerError) || error.status !== 409) throw error;
    throw new Error(
      `container '${container}' exists, so another backup or restore of this stack is running: wait until it ends; or, if it ` +
        `was killed, run \`docker rm ${container}\``,
      { cause: error },
    );
  }
  /** Runs a script for extended attributes, and keeps its container. */
  const run = async ({ place, volume }: Attributes, script: string, archive?: Readable) => {
    const its = attributesName(container);
    await docker.discardContainer(its);
    await docker.createContainer(its, {
      Image: image(place.component),
      // As root, it reads everybody's files.
      User: "0:0",
      WorkingDir: ROOT,
      Entrypoint: ["/bin/sh", "-c", script, volume, `/${place.name}`],
      Cmd: [],
      HostConfig: { Mounts, NetworkMode: "none", SecurityOpt: ["label=disable"] },
    });
    if (archive !== undefined) await docker.writeArchive(its, "/", archive, signal);
    await docker.startContainer(its);
    const code = await docker.waitForExit(its, signal);
    if (code === 0) return its;
    const [reason = `exit code ${code}`] = await docker.lastLogLines(its, 1);
    throw new Error(`the extended attributes of ${place.source} can't be copied: ${readable(reason)}`);
  };
  return {
    async read(name) {
      const attributes = attributesIn(places, name);
      if (attributes === undefined) return docker.readArchive(container, `${ROOT}/${name}`, signal);
      return docker.readArchive(await run(attributes, WRITE_ATTRIBUTES), `/${name}`, signal);
    },
    async write(name, archive) {
      const attributes = attributesIn(places, name);
      if (attributes === undefined) await docker.writeArchive(container, ROOT, archive, signal);
      else await run(attributes, READ_ATTRIBUTES, archive);
    },
    close: () => removeAccess(docker, container),
  };
}

type Attributes = NonNullable<ReturnType<typeof attributesIn>>;

/** Removes the container, and the image if no other backup uses it. */
export async function removeAccess(docker: Docker, container: string): Promise<void> {
  await docker.discardContainer(attributesName(container));
  await docker.removeContainer(container);
  await docker.removeImage(EMPTY_IMAGE).catch(() => undefined);
}
