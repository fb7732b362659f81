import type { StackSnapshot } from "../stacks";
import { shortNameOf } from "../stacks/files";
import { dockerHost } from "./docker/host";
import { containersOf } from "./docker/services";
import type { Deployment } from "./host";
import { kubernetesHost } from "./kubernetes/host";
import { runsInKubernetes, workloadsOf } from "./kubernetes/workloads";

/** Whose everything of a stack is: the beginning of the owner's label, without the component. */
export const ownerOf = ({ project, name }: Pick<StackSnapshot, "project" | "name">) =>
  `${project}/${shortNameOf(name)}`;

/** Finds what belongs into a backup of a stack. @throws Error in one line if that is nothing */
export function deploymentOf(snapshot: StackSnapshot): Deployment {
  if (runsInKubernetes(snapshot)) {
    const { settings, workloads, left } = workloadsOf(snapshot);
    const host = kubernetesHost(settings, workloads, snapshot.resources);
    return { host, left, services: workloads.map(({ service }) => service) };
  }
  const { settings, services } = containersOf(snapshot);
  const imageOf = (component: string) => services.find((one) => one.component === component)?.image;
  return { host: dockerHost(settings, ownerOf(snapshot), imageOf), services, left: [] };
}
