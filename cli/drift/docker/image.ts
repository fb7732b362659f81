import type { Finding } from "../finding";
import type { InDocker } from "./index";

/** The provider compares names only, so that a name which means another image now goes unnoticed. */
export async function imageDrift({ resource, docker, mend }: InDocker): Promise<Finding[]> {
  const name = String(resource.inputs["name"]);
  const id = String(resource.outputs["imageId"]);
  const finding = { object: `image ${name}`, field: "", urns: [resource.urn] };
  const [named, ours] = await Promise.all([docker.findImage(name), docker.findImage(id)]);
  if (named?.Id === id) return [];
  if (named === undefined) {
    const change = "was removed from this Docker host";
    return [{ ...finding, kind: "gone", change, mend: ours === undefined ? mend : tagged(id, name) }];
  }
  const change = `is another image on this Docker host now: ${short(named.Id)}, was ${short(id)}`;
  const back = ours === undefined ? `docker rmi ${name} && ${mend}` : tagged(id, name);
  return [{ ...finding, kind: "changed", change, mend: back }];
}

const tagged = (id: string, name: string) => `docker tag ${short(id)} ${name}`;

/** As `docker images` shows and takes it. */
export const short = (id: string) => id.replace(/^sha256:/, "").slice(0, 12);
