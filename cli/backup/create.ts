import { type Docker, LAST_BACKUP, openDocker } from "@ocis-pocket-id/components/docker-host";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { reasonOf } from "../engine/programs";
import { type Project, readSnapshot } from "../stacks";
import { fileOf } from "../stacks/project";
import { writeArchive } from "./archive";
import { Contents } from "./contents";
import type { BackupFolder } from "./folder";
import { keyCheckOf } from "./key";
import type { Archive, Manifest } from "./manifest";
import { exportedText } from "./state";
import type { Destination } from "./source";
import { deploymentOf, type Place, type Service } from "./services";
import { type StopOptions, whileStopped } from "./stopped";
import { tarOf } from "./tar";
import { accessName, openVolumes, type Volumes } from "./volumes";

/** How a backup is made. */
export interface BackupOptions extends StopOptions {
  readonly to: Destination;
  readonly compress: boolean;
}

/** A backup that was made and verified. */
export interface Backup {
  /** The folder, or the repository and the snapshot. */
  readonly location: string;
  readonly manifest: Manifest;
  /** How long oCIS was stopped. */
  readonly seconds: number;
}

/**
 * Backs up a stack: stops oCIS and the Pocket ID that the stack runs, archives their volumes, starts both, and verifies what was
 * written. Nothing is left of a backup that fails.
 *
 * @throws Error in one line
 */
export async function backUp(project: Project, stack: string, options: BackupOptions): Promise<Backup> {
  const { to, signal, report } = options;
  const snapshot = await readSnapshot(project, stack);
  const { settings, services, owner } = deploymentOf(snapshot);
  const docker = openDocker()(settings);
  const places = services.flatMap((service) => service.places);
  await checkThere(docker, places);
  const images = await imagesOf(docker, services);
  const keyCheck = await keyCheckOf(snapshot);
  const shortName = stack.slice(stack.lastIndexOf("/") + 1);
  const started = new Date();
  const time = started.toISOString().replace(/\.\d+/, "");
  const folder = await to.begin(`${project.name}-${shortName}-${time.replace(/[-:]/g, "")}`, signal);
  try {
    const state = await folder.write("state.json", await exportedText(project, stack));
    const file = fileOf(project.directory, stack);
    const stackFile =
      file === undefined || !existsSync(file)
        ? undefined
        : await folder.write(`Pulumi.${shortName}.yaml`, await readFile(file, "utf8"));
    const volumes = await openVolumes(docker, accessName(owner), places, signal);
    try {
      const stopped = services.filter(({ mustStop }) => mustStop);
      const begin = Date.now();
      const archives = await whileStopped(docker, settings, accessName(owner), stopped, options, () =>
        archiveAll(places, volumes, folder, options),
      );
      const seconds = Math.round((Date.now() - begin) / 1_000);
      report("verifying the backup");
      const manifest: Manifest = {
        ...{ format: 1 as const, project: project.name, stack: shortName, time, images, archives, state },
        ...(stackFile === undefined ? {} : { stackFile }),
        ...(keyCheck === undefined ? {} : { keyCheck }),
      };
      signal.throwIfAborted();
      const backup = { location: await folder.finish(manifest), manifest, seconds };
      await record(places, volumes, time).catch((error: unknown) => {
        report(
          `warning: the stack can't tell when this backup was made (${reasonOf(error)}), which requireBackup needs`,
        );
      });
      return backup;
    } finally {
      await volumes.close();
    }
  } catch (error) {
    await folder.discard();
    throw signal.aborted ? signal.reason : error;
  }
}

async function archiveAll(
  places: readonly Place[],
  volumes: Volumes,
  folder: BackupFolder,
  { compress, signal, report }: BackupOptions,
): Promise<Archive[]> {
  const archives: Archive[] = [];
  for (const { name: place, ...rest } of places) {
    const name = `${place}.tar${compress ? ".gz" : ""}`;
    report(`writing ${name}`);
    const contents = new Contents(rest.kind);
    const facts = await writeArchive(
      await volumes.read(place),
      folder.path(name),
      (entry) => {
        contents.add(entry);
      },
      signal,
    );
    const problem = contents.problem();
    if (problem !== undefined) throw new Error(`${rest.source} ${problem}`);
    archives.push({ name, ...facts, ...rest, entries: contents.entries });
  }
  return archives;
}

/** Leaves word of the backup where an `up` from any machine finds it. */
async function record(places: readonly Place[], volumes: Volumes, time: string): Promise<void> {
  for (const { name, kind } of places) {
    if (kind !== "ocis-config") continue;
    const archive = tarOf(`${name}/${LAST_BACKUP}`, `${JSON.stringify({ time })}\n`);
    await volumes.write(name, Readable.from([archive]));
  }
}

/** Docker would create a volume that isn't there. */
async function checkThere(docker: Docker, places: readonly Place[]): Promise<void> {
  for (const { source } of places) {
    if (source.startsWith("/") || (await docker.findVolume(source)) !== undefined) continue;
    throw new Error(`volume '${source}' isn't on Docker at ${docker.host.url}: there is nothing to back up`);
  }
}

async function imagesOf(docker: Docker, services: readonly Service[]): Promise<Manifest["images"]> {
  return Promise.all(
    services.map(async ({ component, container, image }) => {
      const running = (await docker.findContainer(container))?.Image ?? image;
      const found = await docker.findImage(running);
      return { component, container, name: image, id: running, digests: [...(found?.RepoDigests ?? [])] };
    }),
  );
}
