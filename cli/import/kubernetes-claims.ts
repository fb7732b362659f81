import type { KubernetesObject } from "@ocis-pocket-id/components/kubernetes";
import { type ReadCluster, referenceOf, type Workload } from "./kubernetes-objects";
import type { FoundClaim, Keeper, Mount } from "./setup";

interface Claim extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & {
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: {
    readonly storageClassName?: string;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
}

/** The claims that a workload mounts as a whole. Those that don't exist are left out. */
export async function claimsOf(
  cluster: ReadCluster,
  namespace: string,
  workload: Workload,
  mounts: readonly Mount[],
): Promise<FoundClaim[]> {
  const names = [...new Set(mounts.flatMap(({ source }) => (source === undefined ? [] : [source])))];
  if (names.length === 0) return [];
  const found = await cluster.findAll(
    names.map((name) => `pvc/${name}`),
    namespace,
  );
  return (found as Claim[]).map((claim) => ({
    name: claim.metadata.name,
    size: claim.spec.resources?.requests?.storage ?? "",
    className: claim.spec.storageClassName,
    threat: threatTo(claim, namespace, workload),
  }));
}

/** What deletes a claim sooner or later, and how to prevent that. */
function threatTo({ metadata }: Claim, namespace: string, workload: Workload): string | undefined {
  if (metadata.deletionTimestamp !== undefined) {
    return "was deleted, and goes when its pod stops: copy its files into another one, start oCIS with it, and import again";
  }
  const [owner] = metadata.ownerReferences ?? [];
  const { whenDeleted, whenScaled } = workload.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const isOfTemplate = (workload.spec.volumeClaimTemplates ?? []).some(
    ({ metadata: template }) => metadata.name === `${template.name}-${workload.metadata.name}-0`,
  );
  if (isOfTemplate && [whenDeleted, whenScaled].includes("Delete")) {
    const patch = {
      spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" } },
    };
    const command = `kubectl patch ${referenceOf(workload)} --namespace=${namespace} --type=merge --patch='${JSON.stringify(patch)}'`;
    return `goes with the StatefulSet: run \`${command}\`, and import again`;
  }
  if (owner === undefined) return undefined;
  return (
    `goes with ${owner.kind} '${owner.name}', which owns it: run \`kubectl patch pvc/${metadata.name} --namespace=${namespace} ` +
    `--type=json --patch='[{"op":"remove","path":"/metadata/ownerReferences"}]'\`, and import again`
  );
}

/** Who may start a workload again, by the marks that they leave. */
export function keeperOf({ metadata: { labels = {}, annotations = {} } }: Workload): Keeper | undefined {
  const marks = Object.keys({ ...labels, ...annotations });
  if (marks.some((mark) => mark.startsWith("argocd.argoproj.io/"))) return "Argo CD";
  if (marks.some((mark) => /^(kustomize|helm)\.toolkit\.fluxcd\.io\//.test(mark))) return "Flux";
  const release = annotations["meta.helm.sh/release-name"];
  return release === undefined ? undefined : { release };
}
