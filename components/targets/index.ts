import type * as pulumi from "@pulumi/pulumi";
import { SettingsError } from "../settings";
import { bundleTarget } from "./bundle/bundle";
import { customTarget } from "./custom";
import { dockerTarget } from "./docker/docker";
import { kubernetesTarget } from "./kubernetes/kubernetes";
import { swarmTarget } from "./swarm/swarm";
import { type DeployTarget, type Target, type Workload } from "./workload";

export * from "./arguments";
export type { BundleTargetArgs } from "./bundle/arguments";
export { bundleTarget, type BundleTarget } from "./bundle/bundle";
export type { CustomTargetArgs } from "./custom";
export type { DockerTargetArgs, RegistryLogin } from "./docker/arguments";
export { dockerTarget, type DockerTarget } from "./docker/docker";
export type { GatewayArgs, IngressArgs, KubernetesTargetArgs, StorageArgs } from "./kubernetes/arguments";
export { kubernetesTarget, type KubernetesTarget } from "./kubernetes/kubernetes";
export type { SwarmPublish, SwarmTargetArgs } from "./swarm/arguments";
export { swarmTarget, type SwarmTarget } from "./swarm/swarm";
export * from "./workload";

/** The targets by type. */
const TARGETS = {
  docker: dockerTarget,
  bundle: bundleTarget,
  swarm: swarmTarget,
  kubernetes: kubernetesTarget,
  custom: customTarget,
};

type Targets = typeof TARGETS;

/** Where oCIS runs: a container of a Docker host, a service of a Docker Swarm, a pod of Kubernetes, files for people who run `docker compose` themselves, or a target of your own. */
export type TargetArgs = { [T in keyof Targets]: { type: T } & Parameters<Targets[T]>[2] }[keyof Targets];

/** What the chosen target made, also under its type. */
export type Deployed = Target & { readonly [T in keyof Targets]?: ReturnType<Targets[T]> };

/** Runs a workload at the target with this type. */
export function deploy(
  name: string,
  workload: Workload,
  args: TargetArgs,
  opts: pulumi.CustomResourceOptions,
): Deployed {
  const { type } = args;
  if (!Object.hasOwn(TARGETS, type)) {
    const message = `'${type}' isn't a type of target: write ${Object.keys(TARGETS).join(", ")}`;
    throw new SettingsError([{ field: "target.type", message }]);
  }
  // The row of a type takes the arguments of that type.
  const made = (TARGETS[type] as DeployTarget<TargetArgs>)(name, workload, args, opts);
  return { ready: made.ready, summary: made.summary, [type]: made };
}
