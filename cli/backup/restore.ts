import {
  type Docker,
  type DockerHostSettings,
  openDocker,
  OWNER_LABEL,
  shellWord,
} from "@ocis-pocket-id/components/docker-host";
import { reasonOf } from "../engine/programs";
import { type Project, readSnapshot, type StackSnapshot } from "../stacks";
import { dockerHostOf } from "../stacks/docker";
import { fileOf, readStackFile } from "../stacks/project";
import { openArchive } from "./archive";
import { backUp } from "./create";
import { hasKeyOf } from "./key";
import type { Archive, Manifest } from "./manifest";
import { ensureState, forgetAbsent } from "./state";
import type { Source } from "./source";
import type { Report } from "./stopped";
import { TarReader } from "./tar";
import { accessName, openVolumes } from "./volumes";

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
  if (owner !== `${project.name}/${stack.slice(stack.lastIndexOf("/") + 1)}`) {
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
        `\`pulumi destroy --exclude-protected\`, \`pulumi stack rm --force\` and \`docker volume rm\`, ` +
        "then restore again",
    );
  }
  const docker = openDocker()(await settingsOf(project, snapshot));
  await makeRoom(docker, project, backup, manifest, options);
  signal.throwIfAborted();

  const created: string[] = [];
  try {
    for (const { source, labels } of archives) {
      if (source.startsWith("/") || (await docker.findVolume(source)) !== undefined) continue;
      await docker.createVolume(source, labels);
      created.push(source);
    }
    const places = archives.map(placeOf);
    const volumes = await openVolumes(docker, accessName(owner), places, signal);
    try {
      for (const archive of archives) {
        report(`filling ${archive.source}`);
        const { name } = placeOf(archive);
        await volumes.write(name, openArchive(backup, archive.name));
      }
    } finally {
      await volumes.close();
    }
  } catch (error) {
    // What is in them is in the backup too.
    for (const volume of created) await docker.removeVolume(volume).catch(() => undefined);
    throw signal.aborted ? signal.reason : error;
  }
  await forgetAbsent(project, stack, docker);
  return nextSteps(manifest, snapshot);
}

/** An archive's folder is the place's name. */
const placeOf = ({ name, source }: Archive) => ({ name: name.replace(/\.tar(\.gz)?$/, ""), source });

/** The stack's keys go before its state: a new host can have another address. */
async function settingsOf(project: Project, { name, resources }: StackSnapshot): Promise<DockerHostSettings> {
  const inDocker = resources.find(({ type }) => type.startsWith("docker:index/"));
  const known = inDocker === undefined ? {} : dockerHostOf(inDocker);
  const file = fileOf(project.directory, name);
  const { config } = file === undefined ? { config: {} } : await readStackFile(file);
  const { "docker:host": host, "docker:context": context } = config as Readonly<Record<string, unknown>>;
  if (typeof context === "string") return { ...known, host: undefined, context };
  return typeof host === "string" ? { ...known, context: undefined, host } : known;
}

/** Refuses files that are there; or, with `replace`, backs them up and removes containers and volumes. */
async function makeRoom(
  docker: Docker,
  project: Project,
  { neighbours: to }: Source,
  { archives, images, project: projectName, stack: stackName }: Manifest,
  { stack, replace, signal, report }: RestoreOptions,
): Promise<void> {
  const owner = `${projectName}/${stackName}`;
  const filled = await filledSources(docker, accessName(owner), archives, signal);
  if (filled.length > 0 && !replace) {
    throw new Error(
      `Docker at ${docker.host.url} has files in ${filled.join(", ")}: use --replace, which backs them up first`,
    );
  }
  const bound = filled.find((source) => source.startsWith("/"));
  if (bound !== undefined) {
    throw new Error(
      `folder ${bound} has files in it, and only volumes are replaced: move them away, then restore again`,
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
      for (const { container } of images) await docker.startContainer(container).catch(() => undefined);
      if (signal.aborted) throw error;
      throw new Error(
        `what is there can't be backed up (${reasonOf(error)}), so nothing was replaced: if you don't need it, run ` +
          `\`docker rm -f\` for the stack's containers and \`docker volume rm ${filled.map(shellWord).join(" ")}\`, then restore again`,
        { cause: error },
      );
    }
  }
  if (!replace) return;
  for (const { container } of images) {
    const found = await docker.findContainer(container);
    if (found?.Config.Labels?.[OWNER_LABEL]?.startsWith(`${owner}/`) !== true) continue;
    report(`removing container ${container}`);
    await docker.stopContainer(container);
    await docker.removeContainer(container);
  }
  for (const source of filled) await docker.removeVolume(source);
}

/** Sources of archives that have files in them. */
async function filledSources(
  docker: Docker,
  access: string,
  archives: readonly Archive[],
  signal: AbortSignal,
): Promise<string[]> {
  const present: Archive[] = [];
  for (const archive of archives) {
    const { source } = archive;
    if (source.startsWith("/") || (await docker.findVolume(source)) !== undefined) present.push(archive);
  }
  if (present.length === 0) return [];
  const volumes = await openVolumes(docker, access, present.map(placeOf), signal);
  try {
    const filled: string[] = [];
    for (const archive of present) {
      const stream = await volumes.read(placeOf(archive).name);
      if (await hasFiles(stream)) filled.push(archive.source);
    }
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
    const current = resources.find((one) => one.name === `${component}-image`)?.inputs["name"];
    return key === undefined || current === undefined || current === name
      ? []
      : [`pulumi config set ${key} ${shellWord(name)} ${options}`];
  });
  const downgrade = `pulumi config set allowDowngrade true ${options}`;
  const isOlderOcis = commands.some((command) => command.includes("ocisImage"));
  return [...commands, ...(isOlderOcis ? [downgrade] : []), `pulumi up ${options}`];
}
