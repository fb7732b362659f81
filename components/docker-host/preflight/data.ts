import type { Problem } from "@ocis-pocket-id/providers/core";
import type { Docker } from "../docker";
import { OWNER_LABEL } from "../owner-label";
import type { DataPlan, KnownData } from "./data-plan";
import { checkFolders } from "./folders";

type Property = "configVolume" | "dataVolume";
const PROPERTIES = ["configVolume", "dataVolume"] as const;

export const isFolder = (volume: string) => volume.startsWith("/");

/**
 * Refuses to touch what belongs to others, and to start empty where this stack had files. Volumes without a label may have
 * been made by hand, and be meant.
 */
export async function checkData(docker: Docker, plan: DataPlan, known: KnownData): Promise<Problem[]> {
  const folders = PROPERTIES.filter((property) => isFolder(plan[property]));
  if (folders.length === 1) {
    const [folder = "configVolume"] = folders;
    const reason = `'${plan[folder]}' is a folder and the other a volume, which are easily backed up apart: use two of a kind`;
    return [{ property: folder, reason }];
  }
  return folders.length === 2 ? checkFolders(docker, plan, known) : checkVolumes(docker, plan, known);
}

/** Makes the volumes that aren't there: once this is done, one that is missing has been lost. */
export async function makeVolumes(docker: Docker, plan: DataPlan): Promise<void> {
  for (const property of PROPERTIES) {
    const name = plan[property];
    if (isFolder(name) || (await docker.findVolume(name)) !== undefined) continue;
    await docker.createVolume(name, { [OWNER_LABEL]: plan.owner });
  }
}

async function checkVolumes(docker: Docker, plan: DataPlan, known: KnownData): Promise<Problem[]> {
  const found = await Promise.all(
    PROPERTIES.map(async (property) => {
      return { property, name: plan[property], volume: await docker.findVolume(plan[property]) };
    }),
  );
  const problems = found.flatMap(({ property, name, volume }) => {
    const reason =
      volume === undefined
        ? whyNotEmpty(docker, plan, known, property)
        : whyNotOurs(name, volume.Labels?.[OWNER_LABEL], plan, isKnown(docker, plan, known, property));
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

function isKnown(docker: Docker, plan: DataPlan, known: KnownData, property: Property): boolean {
  return known[property] === plan[property] && (known.url === undefined || known.url === docker.host.url);
}

/** Why a volume that is missing must not be made; undefined when it may. */
function whyNotEmpty(
  { host: { url } }: Docker,
  plan: DataPlan,
  known: KnownData,
  property: Property,
): string | undefined {
  const [name, before] = [plan[property], known[property]];
  if (typeof before !== "string" || plan.allowEmptyVolumes) return undefined;
  const accept = "set allowEmptyVolumes to start with empty ones";
  if (before !== name) {
    return (
      `volume '${name}' isn't there and would be empty, while this stack's files are in '${before}': name the component as ` +
      `before, choose the volumes with \`volumes\`, or ${accept}`
    );
  }
  return typeof known.url === "string" && known.url !== url
    ? `volume '${name}' isn't on Docker at ${url}, and this stack's files are on ${known.url}: set docker:host back, move ` +
        `the volumes there, or ${accept}`
    : `volume '${name}' of this stack is gone from Docker at ${url}, and an empty one would take its place: restore it from ` +
        `its backup, or ${accept}`;
}

/** Why a volume that exists must not be used; undefined when it may. */
function whyNotOurs(
  name: string,
  owner: string | undefined,
  plan: DataPlan,
  isKnownToState: boolean,
): string | undefined {
  if (isKnownToState || owner === plan.owner || (owner === undefined && plan.adoptVolumes)) return undefined;
  return owner === undefined
    ? `volume '${name}' exists already, and nothing says whose it is: set adoptVolumes to use the files in it, or choose ` +
        "others with `volumes`"
    : `volume '${name}' belongs to ${owner}, and this is ${plan.owner}: choose others with \`volumes\``;
}
