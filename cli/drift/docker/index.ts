import { type Docker, type DockerHostSettings, openDocker } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource, StackSnapshot } from "../../stacks";
import { mendOf } from "../find";
import type { Finding } from "../finding";
import { containerDrift } from "./container";
import { imageDrift } from "./image";
import { networkDrift } from "./network";
import { volumeDrift } from "./volume";

/** A resource of Docker's provider, and where to look for the real thing. */
export interface InDocker {
  readonly resource: SnapshotResource;
  readonly docker: Docker;
  readonly snapshot: StackSnapshot;
  /** `pulumi up --refresh --stack NAME`, for what the engine sees too. */
  readonly mend: string;
  /** Whether values are printed that may be anything; what state has as a secret never is. */
  readonly showValues: boolean;
}

const KINDS: Readonly<Record<string, (one: InDocker) => Promise<Finding[]>>> = {
  "docker:index/container:Container": containerDrift,
  "docker:index/network:Network": networkDrift,
  "docker:index/remoteImage:RemoteImage": imageDrift,
  "docker:index/volume:Volume": volumeDrift,
};

/** The resources of which there is something in Docker. */
export function inDocker({ resources }: StackSnapshot): SnapshotResource[] {
  return resources.filter(({ type }) => type in KINDS);
}

/**
 * Reads a stack's containers, volumes, networks and images over Docker's own interface. The engine's provider never reads
 * environment, labels, files or connected networks back, and does not know a foreign container under our name.
 *
 * @throws Error in one line when Docker does not answer.
 */
export async function findContainerDrift(
  snapshot: StackSnapshot,
  watched: readonly SnapshotResource[] = inDocker(snapshot),
  showValues = false,
): Promise<Finding[]> {
  const open = openDocker();
  const findings = watched.map(async (resource) => {
    const docker = open(dockerHostOf(resource));
    const one = { resource, docker, snapshot, mend: mendOf(snapshot), showValues };
    return (await KINDS[resource.type]?.(one)) ?? [];
  });
  return (await Promise.all(findings)).flat();
}

/** What the resource's provider was configured with. */
export function dockerHostOf({ provider }: SnapshotResource): DockerHostSettings {
  const { host, context, certPath, caMaterial, certMaterial, keyMaterial, sshOpts } = provider;
  const texts = { host, context, certPath, caMaterial, certMaterial, keyMaterial };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...(sshOpts === undefined ? {} : { sshOpts: JSON.parse(sshOpts) as string[] }),
  };
}
