import type { Finding } from "../finding";
import type { InDocker } from "./index";
import { dockerNameOf, otherOwner } from "./names";

export async function networkDrift({ resource, docker, mend }: InDocker): Promise<Finding[]> {
  const name = dockerNameOf(resource);
  const finding = { object: `network ${name}`, field: "", urns: [resource.urn] };
  if ((await docker.findNetwork(resource.id)) !== undefined) return [];
  const found = await docker.findNetwork(name);
  if (found === undefined) return [{ ...finding, kind: "gone", change: "was removed", mend }];
  const owner = otherOwner(found.Labels, resource);
  const change = `was made anew by hand${owner === undefined ? "" : `: ${owner}`}`;
  return [{ ...finding, kind: "changed", change, mend: `docker network rm ${name} && ${mend}` }];
}
