import { openDocker } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource, StackSnapshot } from "../../stacks";
import { dockerHostOf } from "../../stacks/docker";
import { type Finding, refreshCommand } from "../finding";
import { containerDrift } from "./container";
import { imageDrift, networkDrift, volumeDrift } from "./objects";
import type { InDocker } from "./resource";

const KINDS: Readonly<Record<string, (one: InDocker) => Promise<Finding[]>>> = {
  "docker:index/container:Container": containerDrift,
  "docker:index/network:Network": networkDrift,
  "docker:index/remoteImage:RemoteImage": imageDrift,
  "docker:index/volume:Volume": volumeDrift,
};

/** The resources that exist in Docker. */
export function inDocker({ resources }: StackSnapshot): SnapshotResource[] {
  return resources.filter(({ type }) => type in KINDS);
}

/**
 * Reads a stack's containers, volumes, networks and images from Docker's API. The engine's provider never reads environment,
 * labels, files or connected networks, and doesn't detect another container under our name.
 *
 * @throws Error in one line if Docker doesn't answer.
 */
export async function findContainerDrift(
  snapshot: StackSnapshot,
  watched: readonly SnapshotResource[] = inDocker(snapshot),
  showValues = false,
): Promise<Finding[]> {
  const open = openDocker();
  const findings = watched.map(async (resource) => {
    const docker = open(dockerHostOf(resource));
    const one = { resource, docker, snapshot, fix: refreshCommand(snapshot), showValues };
    return (await KINDS[resource.type]?.(one)) ?? [];
  });
  return (await Promise.all(findings)).flat();
}
