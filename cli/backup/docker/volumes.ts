import { type Docker, DockerError } from "@ocis-pocket-id/components/docker-host";
import { Readable } from "node:stream";
import type { Place, Volumes } from "../host";

/** An image without any file, which is made instead of downloaded. */
const EMPTY_IMAGE = "ocis-pocket-id-empty:1";

/** The end of a tar archive, which alone is one of no files. */
const EMPTY_ARCHIVE = Buffer.alloc(1_024);

const ROOT = "/volumes";

/** The name of the container that gives access to a stack's volumes. Nobody can open them twice. */
export const accessName = (owner: string) => `${owner.replaceAll("/", "-")}-backup`;

/**
 * Opens volumes through a container that has them mounted and never runs: Docker reads and writes its files, on another machine
 * as well.
 *
 * @param places volumes, which are created if they aren't there, or folders, which must be
 * @throws Error in one line if they are open already
 */
export async function openVolumes(
  docker: Docker,
  container: string,
  places: readonly Place[],
  signal: AbortSignal,
): Promise<Volumes> {
  if ((await docker.findImage(EMPTY_IMAGE)) === undefined) {
    await docker.importImage(EMPTY_IMAGE, Readable.from([EMPTY_ARCHIVE]));
  }
  const Mounts = places.map(({ name, source }) => ({
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
  return {
    read: (name) => docker.readArchive(container, `${ROOT}/${name}`, signal),
    write: (_name, archive) => docker.writeArchive(container, ROOT, archive, signal),
    close: () => removeAccess(docker, container),
  };
}

/** Removes the container, and the image if no other backup uses it. */
export async function removeAccess(docker: Docker, container: string): Promise<void> {
  await docker.removeContainer(container);
  await docker.removeImage(EMPTY_IMAGE).catch(() => undefined);
}
