import type { Finding } from "../finding";
import type { InDocker } from "./index";
import { dockerNameOf, otherOwner } from "./names";

export async function volumeDrift({ resource, docker, snapshot, mend }: InDocker): Promise<Finding[]> {
  const name = dockerNameOf(resource);
  const finding = { object: `volume ${name}`, field: "", urns: [resource.urn] };
  const found = await docker.findVolume(name);
  if (found === undefined) {
    const change = "was removed, and all that was in it";
    return [
      {
        ...finding,
        kind: "gone",
        change,
        mend: `restore it from its backup, then ${mend}; without one, remove its pair too, and set allowEmptyVolumes to start empty`,
      },
    ];
  }
  // A volume that was there before and was taken over has no label of ours, and can't get one.
  const adopted = snapshot.resources.some(
    ({ handler, inputs }) => handler === "dockerPreflight" && inputs["adoptVolumes"] === true,
  );
  const owner = otherOwner(found.Labels, resource);
  if (owner === undefined || adopted) return [];
  const change = `was made anew by hand: ${owner}`;
  const andThen = `see what is in it; if it is ours, set adoptVolumes, else docker volume rm ${name}, restore the backup, and ${mend}`;
  return [{ ...finding, kind: "changed", change, mend: andThen }];
}
