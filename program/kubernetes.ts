import type { KubernetesTargetArgs, Problem } from "@ocis-pocket-id/components";
import type { Key, StackConfiguration } from "./keys";

/** What a target in Kubernetes has beside what all targets have. */
export function kubernetesArgs(stack: StackConfiguration): KubernetesTargetArgs {
  const { limits, volumes, adoptVolumes, allowEmptyVolumes, allowDowngrade, readiness } = stack;
  return {
    ...stack.kubernetes,
    ...{ limits, volumes, adoptVolumes, allowEmptyVolumes, allowDowngrade },
    requireBackupHours: stack.requireBackup,
    readiness: readiness === false ? false : undefined,
  };
}

/** Keys that only Kubernetes has, and those that it can't have. */
export function kubernetesProblems(stack: StackConfiguration): Problem[] {
  const isKubernetes = stack.target === "kubernetes";
  const reason = isKubernetes ? "doesn't work with target kubernetes" : "works with target kubernetes only";
  const problems: Problem[] = (isKubernetes ? NOT_IN_KUBERNETES : ONLY_IN_KUBERNETES)
    .filter((field) => stack[field] !== undefined)
    .map((field) => ({ field, message: `${reason}: run \`pulumi config rm ${field}\`` }));
  if (isKubernetes && stack.limits?.logs !== undefined) {
    const message = "has no effect with target kubernetes: run `pulumi config rm --path limits.logs`";
    problems.push({ field: "limits.logs", message });
  }
  return isKubernetes ? [...problems, ...routeProblems(stack.kubernetes)] : problems;
}

/** Values that would have no effect, or of which cert-manager takes neither. */
function routeProblems({ ingress, gateway }: NonNullable<StackConfiguration["kubernetes"]> = {}): Problem[] {
  const problems: Problem[] = [];
  if (ingress && gateway) {
    const message = "has no effect with a gateway: run `pulumi config rm --path kubernetes.ingress`";
    problems.push({ field: "kubernetes.ingress", message });
  }
  if (ingress && ingress.issuer !== undefined && ingress.clusterIssuer !== undefined) {
    const message =
      "can't be set with clusterIssuer: run `pulumi config rm --path kubernetes.ingress.issuer`";
    problems.push({ field: "kubernetes.ingress.issuer", message });
  }
  return problems;
}

const ONLY_IN_KUBERNETES = ["kubernetes"] as const satisfies readonly Key[];
const NOT_IN_KUBERNETES = [
  ...(["networks", "networkAliases", "port", "selinuxRelabel"] as const),
  ...(["traefik", "ocisSecrets"] as const),
] as const satisfies readonly Key[];
