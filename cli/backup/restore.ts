import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { reasonOf } from "../engine/programs";
import { type Project, readSnapshot, type StackSnapshot } from "../stacks";
import { shortNameOf } from "../stacks/files";
import { copyFailure, openArchive } from "./archive";
import { backUp } from "./create";
import { placeName, restoreTarget, type RestoreTarget } from "./destination";
import { isVolume, type Place } from "./host";
import { hasKeyOf } from "./key";
import type { Manifest } from "./manifest";
import { ensureState, reconcileState } from "./state";
import type { Source } from "./source";
import type { Report } from "./stopped";
import { TarReader } from "./tar";

/** What a restore works with. */
export interface RestoreOptions {
  /** As `--stack` takes it. */
  readonly stack: string;
  /** Whether files that are there are backed up and replaced. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/**
 * Fills a stack's volumes from a verified backup, so that the next `up` starts with them. Files that are there are refused, or
 * backed up first.
 *
 * @returns what to run next, line by line
 * @throws Error in one line
 */
export async function restore(
  project: Project,
  backup: Source,
  manifest: Manifest,
  options: RestoreOptions,
): Promise<string[]> {
  const { stack, signal, report } = options;
  const { archives } = manifest;
  const owner = `${manifest.project}/${manifest.stack}`;
  if (owner !== `${project.name}/${shortNameOf(stack)}`) {
    throw new Error(
      `the backup is of stack ${owner}, not of ${project.name}/${stack}: volumes are named after it`,
    );
  }
  report("reading the stack's state");
  const origin = await ensureState(project, stack, backup, manifest);
  const snapshot = await readSnapshot(project, stack);
  if (origin === "kept" && !(await hasKeyOf(manifest, snapshot))) {
    throw new Error(
      `stack '${stack}' was made anew, and its key can't decrypt the Pocket ID of this backup: remove the new stack with ` +
        "`pulumi destroy --exclude-protected`, the commands that it prints and `pulumi stack rm --force`, then restore again",
    );
  }
  const target = await restoreTarget(project, snapshot, manifest);
  const { host, places } = target;
  for (const archive of archives) {
    if (places.some(({ name }) => name === placeName(archive))) continue;
    report(`${placeName(archive)} isn't restored: stack '${stack}' has no such volume now`);
  }
  await makeRoom(target, project, backup.neighbours, options);
  signal.throwIfAborted();

  const undo = await host.makeVolumes(places);
  try {
    const volumes = await host.openVolumes(places, signal);
    try {
      for (const archive of archives) {
        const place = places.find(({ name }) => name === placeName(archive));
        if (place === undefined) continue;
        report(`filling ${place.source}`);
        await volumes.write(place.name, openArchive(backup, archive.name)).catch((error: unknown) => {
          throw copyFailure(`${place.source} can't be filled`, error, FULL);
        });
      }
    } finally {
      await volumes.close();
    }
  } catch (error) {
    // What is in them is in the backup too.
    await undo();
    throw signal.aborted ? signal.reason : error;
  }
  await reconcileState(project, stack, (entries) => host.reconcile(entries));
  return nextSteps(manifest, snapshot);
}

/** Refuses files that are there; or, with `replace`, backs them up, removes what uses them, and deletes them. */
async function makeRoom(
  { host, places, services }: RestoreTarget,
  project: Project,
  to: Source["neighbours"],
  { stack, replace, signal, report }: RestoreOptions,
): Promise<void> {
  const filled = await filledPlaces(host, places, signal);
  if (filled.length > 0 && !replace) {
    const sources = filled.map(({ source }) => source).join(", ");
    throw new Error(`${host.name} has files in ${sources}: use --replace, which backs them up first`);
  }
  const bound = filled.find(({ source }) => source.startsWith("/"));
  if (bound !== undefined) {
    throw new Error(
      `folder ${bound.source} has files in it, and only volumes are replaced: move them away, then restore again`,
    );
  }
  if (filled.length > 0) {
    report("backing up what is there now");
    try {
      const { location: before } = await backUp(project, stack, {
        ...{ to, compress: false, signal, report },
        leaveStopped: true,
      });
      report(`what was there is in ${before}`);
    } catch (error) {
      for (const service of services) await host.start(service).catch(() => undefined);
      if (signal.aborted) throw error;
      throw new Error(
        `what is there can't be backed up (${reasonOf(error)}), so nothing was replaced: if you don't need it, run ` +
          `${host.removalCommands(filled)}, then restore again`,
        { cause: error },
      );
    }
  }
  // A pod that waits for a lost claim would start on one that is being filled.
  await host.remove(services, report);
  await host.clear(filled, signal);
}

const FULL = "make it bigger (in Kubernetes with the key kubernetes, storage), then restore again";

/** Places that have files in them. */
async function filledPlaces(
  host: RestoreTarget["host"],
  places: readonly Place[],
  signal: AbortSignal,
): Promise<Place[]> {
  const present: Place[] = [];
  for (const place of places)
    if (isVolume(place) && (await host.hasVolume(place.source))) present.push(place);
  if (present.length === 0) return [];
  const volumes = await host.openVolumes(present, signal);
  try {
    const filled: Place[] = [];
    for (const place of present) if (await hasFiles(await volumes.read(place.name))) filled.push(place);
    return filled;
  } finally {
    await volumes.close();
  }
}

/** Reads no more than the first entries. A file system's own folder doesn't count. */
async function hasFiles(archive: AsyncIterable<Buffer>): Promise<boolean> {
  let files = 0;
  const reader = new TarReader(({ name }) => {
    if (name.includes("/") && !name.endsWith("/lost+found")) files += 1;
  });
  for await (const chunk of archive) {
    reader.write(chunk);
    if (files > 0) return true;
  }
  return false;
}

/** The keys of a stack that name images. */
const IMAGE_KEYS: Readonly<Record<string, string>> = { ocis: "ocisImage", "pocket-id": "pocketIdImage" };

function nextSteps({ images }: Manifest, { resources, options }: StackSnapshot): string[] {
  const commands = images.flatMap(({ component, name }) => {
    const key = IMAGE_KEYS[component];
    const inDocker = resources.find((one) => one.name === `${component}-image`)?.inputs["name"];
    const current =
      inDocker ?? resources.find((one) => one.name === `${component}-preflight`)?.inputs["image"];
    return key === undefined || current === undefined || current === name
      ? []
      : [`pulumi config set ${key} ${shellWord(name)} ${options}`];
  });
  const downgrade = `pulumi config set allowDowngrade true ${options}`;
  const isOlderOcis = commands.some((command) => command.includes("ocisImage"));
  return [...commands, ...(isOlderOcis ? [downgrade] : []), `pulumi up ${options}`];
}
