import { notice, type Problem } from "@ocis-pocket-id/providers/core";
import { stat } from "node:fs/promises";
import { type ProductKey, productOf } from "../../settings/products";
import { OWNER_LABEL } from "../answers";
import type { Docker } from "../docker";
import { shellWord } from "../text";
import { areFilled, hasConfiguration, holdsFiles } from "./folders";

/** What is going to be made, and whose it is. */
export interface Plan {
  /** @default "ocis" */
  readonly product?: ProductKey | undefined;
  readonly owner: string;
  readonly containerName: string;
  /** Undefined while it is not known. */
  readonly image?: string | undefined;
  /** Where oCIS keeps its data: names of volumes, or absolute paths of folders on the Docker host. */
  readonly configVolume: string;
  readonly dataVolume: string;
  readonly adoptVolumes?: boolean | undefined;
  readonly allowEmptyVolumes?: boolean | undefined;
  readonly allowDowngrade?: boolean | undefined;
  /** Of the Pocket ID that the stack runs. */
  readonly pocketIdImage?: string | undefined;
  /** How old a backup may be for another image. */
  readonly requireBackupHours?: number | undefined;
  /** On the Docker host. */
  readonly ports?: readonly { readonly ip: string; readonly port: number }[] | undefined;
}

/** Whether all is known that the checks need at least. */
export function isPlan<T extends Partial<Plan>>(inputs: T): inputs is T & Plan {
  const { owner, containerName, configVolume, dataVolume } = inputs;
  return [owner, containerName, configVolume, dataVolume].every((one) => one !== undefined);
}

/**
 * What state has of the last `up`, empty at first: its inputs, the address of Docker, whether both folders held files, and
 * where oCIS's secrets are.
 */
export type Known = Readonly<Partial<Record<keyof Plan | "url" | "filled" | "secretsIn", unknown>>>;

const PROPERTIES = ["configVolume", "dataVolume"] as const;

export const isFolder = (volume: string) => volume.startsWith("/");

/**
 * Refuses to touch what belongs to others, and to start empty where this stack had files. Volumes without a label may have
 * been made by hand, and be meant.
 */
export async function checkData(docker: Docker, plan: Plan, known: Known): Promise<Problem[]> {
  const folders = PROPERTIES.filter((property) => isFolder(plan[property]));
  if (folders.length === 1) {
    const [folder = "configVolume"] = folders;
    const reason = `'${plan[folder]}' is a folder and the other one a volume: use two folders or two volumes, so that they are backed up together`;
    return [{ property: folder, reason }];
  }
  return folders.length === 2 ? checkFolders(docker, plan, known) : checkVolumes(docker, plan, known);
}

/** Makes the volumes that aren't there: once this is done, one that is missing has been lost. */
export async function makeVolumes(docker: Docker, plan: Plan): Promise<void> {
  for (const property of PROPERTIES) {
    const name = plan[property];
    if (isFolder(name) || (await docker.findVolume(name)) !== undefined) continue;
    await docker.createVolume(name, { [OWNER_LABEL]: plan.owner });
  }
}

async function checkVolumes(docker: Docker, plan: Plan, known: Known): Promise<Problem[]> {
  const found = await Promise.all(
    PROPERTIES.map(async (property) => {
      return { property, name: plan[property], volume: await docker.findVolume(plan[property]) };
    }),
  );
  const { url } = docker.host;
  const isLost = ({ property, name, volume }: (typeof found)[number]) =>
    volume === undefined && known[property] === name && known.url === url;
  const [config, data] = found;
  if (config && data?.volume && isLost(config) && known.secretsIn === "stack") {
    notice(remadeWarning(config.name));
    return [];
  }
  const problems = found.flatMap(({ property, name, volume }) => {
    const isKnown = known[property] === name && (known.url === undefined || known.url === url);
    const reason =
      volume === undefined
        ? whyNotEmpty(name, known[property], url, plan, known)
        : isKnown
          ? undefined
          : whyNotOurs(name, volume.Labels?.[OWNER_LABEL], plan);
    return reason === undefined ? [] : [{ property, reason }];
  });
  if (problems.length > 0) return problems;

  const [there, missing] = [found.find(({ volume }) => volume), found.find(({ volume }) => !volume)];
  if (there === undefined || missing === undefined) return [];
  const reason =
    `volume '${there.name}' exists but '${missing.name}' doesn't, and one is useless without the other (every login would ` +
    "fail): restore the missing one from its backup, or remove both";
  return [{ property: missing.property, reason }];
}

/** The stack has what oCIS's accounts depend on. */
function remadeWarning(config: string): string {
  return (
    `warning: '${config}' has lost its ocis.yaml: \`pulumi up --refresh\` creates it again with the same secrets, which are in ` +
    "the stack's state; other files that somebody put there are in backups only"
  );
}

/** Why a volume that is missing must not be made; undefined when it may. */
function whyNotEmpty(name: string, before: unknown, url: string, plan: Plan, known: Known) {
  if (typeof before !== "string" || plan.allowEmptyVolumes) return undefined;
  const accept = "set allowEmptyVolumes to start with empty ones";
  if (before !== name) {
    return (
      `volume '${name}' doesn't exist and would be empty, but this stack's files are in '${before}': name the component as ` +
      `before, choose the volumes with \`volumes\`, or ${accept}`
    );
  }
  return typeof known.url === "string" && known.url !== url
    ? `volume '${name}' isn't on Docker at ${url}, and this stack's files are on ${known.url}: restore docker:host, move ` +
        `the volumes there, or ${accept}`
    : `volume '${name}' of this stack is gone from Docker at ${url}, and an empty one would replace it: restore it from ` +
        `its backup, or ${accept}`;
}

/** Why a volume that exists must not be used; undefined when it may. */
function whyNotOurs(name: string, owner: string | undefined, plan: Plan): string | undefined {
  if (owner === plan.owner || (owner === undefined && plan.adoptVolumes)) return undefined;
  return owner === undefined
    ? `volume '${name}' already exists and has no owner label: set adoptVolumes to use the files in it, or choose ` +
        "others with `volumes`"
    : `volume '${name}' belongs to ${owner}, and this is ${plan.owner}: choose others with \`volumes\``;
}

/** The user that oCIS runs as in its image, and the user's group. */
const OCIS_ID = 1000;

/**
 * Checks folders of the Docker host that are mounted instead of volumes, as far as they can be seen: those of this machine.
 * Docker itself refuses ones that are not there.
 */
async function checkFolders(docker: Docker, plan: Plan, known: Known): Promise<Problem[]> {
  if (!docker.host.isLocal || process.platform !== "linux") {
    notice(
      `warning: the folders ${plan.configVolume} and ${plan.dataVolume} are on the Docker host and can't be checked from ` +
        `here: they must exist there and belong to uid ${OCIS_ID}`,
    );
    return [];
  }
  const mapsUsers = await docker.hasSecurityOption(/name=(rootless|userns)/);
  const problems: Problem[] = [];
  for (const property of PROPERTIES) {
    const reason = await folderProblem(plan[property], mapsUsers);
    if (reason !== undefined) problems.push({ property, reason });
  }
  return problems.length > 0 ? problems : lossProblem(plan, known);
}

async function folderProblem(folder: string, mapsUsers: boolean): Promise<string | undefined> {
  const word = shellWord(folder);
  try {
    const found = await stat(folder);
    const { mode, uid, gid } = found;
    if (!found.isDirectory()) return `'${folder}' is not a folder: choose another with \`volumes\``;
    const bits = uid === OCIS_ID ? mode >> 6 : gid === OCIS_ID ? mode >> 3 : mode;
    // With users mapped, a number means another user in the container than here.
    if (mapsUsers || (bits & 0o7) === 0o7) return undefined;
    return (
      `'${folder}' belongs to uid ${uid} with mode ${(mode & 0o7777).toString(8).padStart(4, "0")}, and the container, which runs as ` +
      `uid ${OCIS_ID}, can't write there: run \`chown -R ${OCIS_ID}:${OCIS_ID} ${word}\``
    );
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? `folder '${folder}' isn't on this machine: run \`mkdir -p ${word} && chown ${OCIS_ID}:${OCIS_ID} ${word}\`, or mount ` +
          "the disk that it is on"
      : `folder '${folder}' can't be read (${code}): check its permissions`;
  }
}

/** Data is useless without its configuration, and empty folders where there were files are a disk that isn't mounted. */
async function lossProblem(plan: Plan, known: Known): Promise<Problem[]> {
  const { configVolume: config, dataVolume: data } = plan;
  const { key, title } = productOf(plan.product);
  if ((await holdsFiles(data)) && !(await hasConfiguration(config))) {
    if (known.secretsIn === "stack" && known.configVolume === config) {
      notice(remadeWarning(config));
      return [];
    }
    const reason =
      `'${data}' holds files of ${title} but '${config}' has no ${key}.yaml, and one is useless without the other (every login ` +
      "would fail): restore the missing one from its backup, or empty both";
    return [{ property: "configVolume", reason }];
  }
  if (known.filled !== true || plan.allowEmptyVolumes || (await areFilled(config, data))) return [];
  const reason =
    `'${data}' is empty, where this stack had files: mount the disk that it is on, restore it from a backup, or set ` +
    "allowEmptyVolumes to start empty";
  return [{ property: "dataVolume", reason }];
}

/** Last of all that a stack has in Docker: the engine says that volumes are retained, but not how they are called. */
export async function nameVolumesLeft(
  { configVolume, dataVolume }: Pick<Plan, "configVolume" | "dataVolume">,
  open: () => Docker,
): Promise<void> {
  if (isFolder(configVolume)) {
    notice(`accounts and files stay in the folders ${configVolume} and ${dataVolume} on the Docker host`);
    return;
  }
  const left: string[] = [];
  try {
    for (const volume of [configVolume, dataVolume]) {
      if ((await open().findVolume(volume)) !== undefined) left.push(volume);
    }
  } catch {
    // What is only in state goes, whether or not Docker answers.
  }
  if (left.length === 0) return;
  notice(
    `accounts and files stay in Docker's volumes ${left.join(" and ")}, where the next up finds them; ` +
      `\`docker volume rm ${left.join(" ")}\` would delete them for good`,
  );
}
