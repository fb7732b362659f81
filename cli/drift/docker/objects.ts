import { type Docker, type Labels, OWNER_LABEL } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource, StackSnapshot } from "../../stacks";
import type { Finding } from "../finding";

/** A resource of Docker's provider, and where to look for the real thing. */
export interface InDocker {
  readonly resource: SnapshotResource;
  /** Its name in Docker. */
  readonly name: string;
  readonly docker: Docker;
  readonly snapshot: StackSnapshot;
  /** `pulumi up --refresh --stack NAME`, for changes that the engine detects. */
  readonly fix: string;
  /** Whether values are printed that this package hasn't set; secrets never are. */
  readonly showValues: boolean;
}

/** A finding about one of these. */
export type Part = Pick<Finding, "kind" | "change" | "fix"> & Partial<Pick<Finding, "field">>;

/** The program's labels, by name. */
export function labelsOf({ inputs }: SnapshotResource): Record<string, string> {
  const labels = (inputs["labels"] ?? []) as readonly { label: string; value: string }[];
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

/** Another owner than the program's, for a message; undefined if the owner is the same. */
export function otherOwner(live: Labels, resource: SnapshotResource): string | undefined {
  const owner = live?.[OWNER_LABEL];
  if (owner === labelsOf(resource)[OWNER_LABEL]) return undefined;
  return owner === undefined ? "it has no owner label" : `it belongs to ${owner}`;
}

/** The provider compares only names, so it doesn't notice a name that now belongs to another image. */
export async function imageDrift({ resource, name, docker, fix }: InDocker): Promise<Part[]> {
  const id = String(resource.outputs["imageId"]);
  const [named, ours] = await Promise.all([docker.findImage(name), docker.findImage(id)]);
  if (named?.Id === id) return [];
  const tag = `docker tag ${shortId(id)} ${name}`;
  if (named === undefined) {
    const change = "was removed from this Docker host";
    return [{ kind: "gone", change, fix: ours === undefined ? fix : tag }];
  }
  const change = `is another image on this Docker host now: ${shortId(named.Id)}, was ${shortId(id)}`;
  return [{ kind: "changed", change, fix: ours === undefined ? `docker rmi ${name} && ${fix}` : tag }];
}

/** As `docker images` shows it. */
export const shortId = (id: string) => id.replace(/^sha256:/, "").slice(0, 12);

export async function networkDrift({ resource, name, docker, fix }: InDocker): Promise<Part[]> {
  if ((await docker.findNetwork(resource.id)) !== undefined) return [];
  const found = await docker.findNetwork(name);
  if (found === undefined) return [{ kind: "gone", change: "was removed", fix }];
  const owner = otherOwner(found.Labels, resource);
  const change = `was recreated by hand${owner === undefined ? "" : `: ${owner}`}`;
  return [{ kind: "changed", change, fix: `docker network rm ${name} && ${fix}` }];
}

export async function volumeDrift({ resource, name, docker, snapshot, fix }: InDocker): Promise<Part[]> {
  const found = await docker.findVolume(name);
  if (found === undefined) {
    const restore = `restore its backup, then ${fix}; without one, remove the other volume too, and set allowEmptyVolumes to start empty`;
    return [{ kind: "gone", change: "was removed, with all its data", fix: restore }];
  }
  // An adopted volume has no label of ours, and can't get one.
  const adopted = snapshot.resources.some(
    ({ handler, inputs }) => handler === "dockerPreflight" && inputs["adoptVolumes"] === true,
  );
  const owner = otherOwner(found.Labels, resource);
  if (owner === undefined || adopted) return [];
  const restore = `check what is in it; if it is ours, set adoptVolumes, otherwise docker volume rm ${name}, restore the backup, and ${fix}`;
  return [{ kind: "changed", change: `was recreated by hand: ${owner}`, fix: restore }];
}
