import type { Finding } from "../finding";
import { dockerNameOf, type InDocker, otherOwner } from "./resource";

/** The provider compares only names, so it doesn't notice a name that now belongs to another image. */
export async function imageDrift({ resource, docker, fix }: InDocker): Promise<Finding[]> {
  const name = String(resource.inputs["name"]);
  const id = String(resource.outputs["imageId"]);
  const finding = { object: `image ${name}`, field: "", urns: [resource.urn] };
  const [named, ours] = await Promise.all([docker.findImage(name), docker.findImage(id)]);
  if (named?.Id === id) return [];
  if (named === undefined) {
    const change = "was removed from this Docker host";
    return [{ ...finding, kind: "gone", change, fix: ours === undefined ? fix : tagged(id, name) }];
  }
  const change = `is another image on this Docker host now: ${shortId(named.Id)}, was ${shortId(id)}`;
  const back = ours === undefined ? `docker rmi ${name} && ${fix}` : tagged(id, name);
  return [{ ...finding, kind: "changed", change, fix: back }];
}

const tagged = (id: string, name: string) => `docker tag ${shortId(id)} ${name}`;

/** As `docker images` shows it. */
export const shortId = (id: string) => id.replace(/^sha256:/, "").slice(0, 12);

export async function networkDrift({ resource, docker, fix }: InDocker): Promise<Finding[]> {
  const name = dockerNameOf(resource);
  const finding = { object: `network ${name}`, field: "", urns: [resource.urn] };
  if ((await docker.findNetwork(resource.id)) !== undefined) return [];
  const found = await docker.findNetwork(name);
  if (found === undefined) return [{ ...finding, kind: "gone", change: "was removed", fix }];
  const owner = otherOwner(found.Labels, resource);
  const change = `was recreated by hand${owner === undefined ? "" : `: ${owner}`}`;
  return [{ ...finding, kind: "changed", change, fix: `docker network rm ${name} && ${fix}` }];
}

export async function volumeDrift({ resource, docker, snapshot, fix }: InDocker): Promise<Finding[]> {
  const name = dockerNameOf(resource);
  const finding = { object: `volume ${name}`, field: "", urns: [resource.urn] };
  const found = await docker.findVolume(name);
  if (found === undefined) {
    const change = "was removed, with all its data";
    return [
      {
        ...finding,
        kind: "gone",
        change,
        fix: `restore its backup, then ${fix}; without one, remove the other volume too, and set allowEmptyVolumes to start empty`,
      },
    ];
  }
  // An adopted volume has no label of ours, and can't get one.
  const adopted = snapshot.resources.some(
    ({ handler, inputs }) => handler === "dockerPreflight" && inputs["adoptVolumes"] === true,
  );
  const owner = otherOwner(found.Labels, resource);
  if (owner === undefined || adopted) return [];
  const change = `was recreated by hand: ${owner}`;
  const restore = `check what is in it; if it is ours, set adoptVolumes, otherwise docker volume rm ${name}, restore the backup, and ${fix}`;
  return [{ ...finding, kind: "changed", change, fix: restore }];
}
