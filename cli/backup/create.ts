import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { reasonOf } from "../engine/programs";
import { type Project, readSnapshot } from "../stacks";
import { shortNameOf } from "../stacks/files";
import { fileOf } from "../stacks/project";
import { copyFailure, writeArchive } from "./archive";
import { Contents } from "./contents";
import { deploymentOf } from "./deployment";
import type { BackupFolder } from "./folder";
import type { Host, Place, Volumes } from "./host";
import { keyCheckOf } from "./key";
import type { Archive, Manifest } from "./manifest";
import { exportedText } from "./state";
import type { Destination } from "./source";
import { type StopOptions, whileStopped } from "./stopped";

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
  const { host, services, left } = deploymentOf(snapshot);
  for (const line of left) report(`warning: this backup doesn't have ${line}`);
  const places = services.flatMap((service) => service.places);
  await checkThere(host, places);
  const images = await host.imagesOf(services);
  const keyCheck = await keyCheckOf(snapshot);
  const shortName = shortNameOf(stack);
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
    const stopped = services.filter(({ mustStop }) => mustStop);
    const volumes = await host.openVolumes(places, signal);
    const begin = Date.now();
    const archives = await whileStopped(host, stopped, options, () =>
      archiveAll(places, volumes, folder, options).finally(() => volumes.close().catch(() => undefined)),
    ).finally(() => volumes.close());
    const seconds = Math.round((Date.now() - begin) / 1_000);
    report("verifying the backup");
    const manifest: Manifest = {
      ...{ format: 1 as const, project: project.name, stack: shortName, time, images, archives, state },
      ...(stackFile === undefined ? {} : { stackFile }),
      ...(keyCheck === undefined ? {} : { keyCheck }),
    };
    signal.throwIfAborted();
    const backup = { location: await folder.finish(manifest), manifest, seconds };
    await host.record(services, time).catch((error: unknown) => {
      report(
        `warning: the stack can't tell when this backup was made (${reasonOf(error)}), which requireBackup needs`,
      );
    });
    return backup;
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
    const add = contents.add.bind(contents);
    const facts = await volumes
      .read(place)
      .then((archive) => writeArchive(archive, folder.path(name), add, signal))
      .catch((error: unknown) => {
        throw copyFailure(
          `${rest.source} can't be copied`,
          error,
          "make room, or use another folder with --to",
        );
      });
    const problem = contents.problem();
    if (problem !== undefined) throw new Error(`${rest.source} ${problem}`);
    archives.push({ name, ...facts, ...rest, entries: contents.entries });
  }
  return archives;
}

/** Docker would create a volume that isn't there, and a pod would wait for it. */
async function checkThere(host: Host, places: readonly Place[]): Promise<void> {
  for (const { source } of places) {
    if (await host.hasVolume(source)) continue;
    throw new Error(`volume '${source}' isn't in ${host.name}: there is nothing to back up`);
  }
}
