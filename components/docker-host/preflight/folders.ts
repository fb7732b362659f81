import { notice, type Problem } from "@ocis-pocket-id/providers/core";
import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import type { Docker } from "../docker";
import type { DataPlan, KnownData } from "./data-plan";
import { shellWord } from "../shell-word";

/** The user that oCIS runs as in its image, and the user's group. */
const OCIS_ID = 1000;

/**
 * Checks folders of the Docker host that are mounted instead of volumes, as far as they can be seen: those of this machine.
 * Docker itself refuses ones that are not there.
 */
export async function checkFolders(docker: Docker, plan: DataPlan, known: KnownData): Promise<Problem[]> {
  const folders = { configVolume: plan.configVolume, dataVolume: plan.dataVolume };
  if (!docker.host.isLocal || process.platform !== "linux") {
    notice(
      `warning: the folders ${plan.configVolume} and ${plan.dataVolume} are on the Docker host and can't be checked from ` +
        `here: they must exist there and belong to uid ${OCIS_ID}`,
    );
    return [];
  }
  const mapsUsers =
    (await docker.info()).SecurityOptions?.some((option) => /name=(rootless|userns)/.test(option)) ?? false;
  const problems: Problem[] = [];
  for (const [property, folder] of Object.entries(folders)) {
    const reason = await folderProblem(folder, mapsUsers);
    if (reason !== undefined) problems.push({ property, reason });
  }
  if (problems.length > 0) return problems;
  return lossProblem(plan, known);
}

async function folderProblem(folder: string, mapsUsers: boolean): Promise<string | undefined> {
  const word = shellWord(folder);
  const make = `\`mkdir -p ${word} && chown ${OCIS_ID}:${OCIS_ID} ${word}\``;
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) return `'${folder}' is not a folder: choose another with \`volumes\``;
    // With users mapped, a number means another user in the container than here.
    if (mapsUsers || isWritable(found)) return undefined;
    const mode = (found.mode & 0o7777).toString(8).padStart(4, "0");
    return (
      `'${folder}' belongs to uid ${found.uid} with mode ${mode}, and oCIS, which runs as uid ${OCIS_ID}, can't write there: ` +
      `run \`chown -R ${OCIS_ID}:${OCIS_ID} ${word}\``
    );
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? `folder '${folder}' isn't on this machine: run ${make}, or mount the disk that it is on`
      : `folder '${folder}' can't be looked at (${code}): check its permissions`;
  }
}

function isWritable({ mode, uid, gid }: Stats): boolean {
  const bits = uid === OCIS_ID ? mode >> 6 : gid === OCIS_ID ? mode >> 3 : mode;
  return (bits & 0o7) === 0o7;
}

/** Data is useless without its configuration, and empty folders where there were files are a disk that isn't mounted. */
async function lossProblem(plan: DataPlan, known: KnownData): Promise<Problem[]> {
  const { configVolume: config, dataVolume: data } = plan;
  if ((await holdsFiles(data)) && !(await hasConfiguration(config))) {
    const reason =
      `'${data}' holds files of oCIS but '${config}' has no ocis.yaml, and one is useless without the other (every login ` +
      "would fail): restore the missing one from its backup, or empty both";
    return [{ property: "configVolume", reason }];
  }
  if (known.filled !== true || plan.allowEmptyVolumes || (await areFilled(plan))) return [];
  const reason =
    `'${data}' is empty, where this stack had files: mount the disk that it is on, restore it from a backup, or set ` +
    "allowEmptyVolumes to start empty";
  return [{ property: "dataVolume", reason }];
}

/** Whether both folders hold files of oCIS. */
export async function areFilled({
  configVolume,
  dataVolume,
}: Pick<DataPlan, "configVolume" | "dataVolume">): Promise<boolean> {
  return (await hasConfiguration(configVolume)) && (await holdsFiles(dataVolume));
}

const hasConfiguration = async (config: string) => (await namesIn(config)).includes("ocis.yaml");
const holdsFiles = async (data: string) => (await namesIn(data)).some((name) => name !== "lost+found");

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
