import { openDocker } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource, StackSnapshot } from "../../stacks";
import { dockerHostOf } from "../../stacks/docker";
import { type Finding, refreshCommand } from "../finding";
import { containerDrift } from "./container";
import { imageDrift, type InDocker, networkDrift, type Part, volumeDrift } from "./objects";

interface Kind {
  readonly noun: string;
  readonly drift: (one: InDocker) => Promise<Part[]>;
}

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["docker:index/container:Container", { noun: "container", drift: containerDrift }],
  ["docker:index/network:Network", { noun: "network", drift: networkDrift }],
  ["docker:index/remoteImage:RemoteImage", { noun: "image", drift: imageDrift }],
  ["docker:index/volume:Volume", { noun: "volume", drift: volumeDrift }],
]);

/** The resources that exist in Docker. */
export function inDocker({ resources }: StackSnapshot): SnapshotResource[] {
  return resources.filter(({ type }) => KINDS.has(type));
}

/**
 * Reads a stack's containers, volumes, networks and images from Docker's API. The engine's provider never reads environment,
 * labels, files or connected networks, and doesn't detect another container under our name.
 *
 * @throws Error in one line if Docker doesn't answer.
 */
export async function findContainerDrift(
  snapshot: StackSnapshot,
  watched: readonly SnapshotResource[],
  showValues: boolean,
): Promise<Finding[]> {
  const open = openDocker();
  const findings = watched.map(async (resource): Promise<Finding[]> => {
    const docker = open(dockerHostOf(resource));
    // The program's name, or the one that the provider generated.
    const name = String(resource.outputs["name"] ?? resource.inputs["name"]);
    const { noun = "", drift } = KINDS.get(resource.type) ?? {};
    const parts = await drift?.({
      resource,
      name,
      docker,
      snapshot,
      fix: refreshCommand(snapshot),
      showValues,
    });
    return (parts ?? []).map(({ kind, field = "", change, fix }) => {
      return { kind, object: `${noun} ${name}`, field, change, fix, urns: [resource.urn] };
    });
  });
  return (await Promise.all(findings)).flat();
}
