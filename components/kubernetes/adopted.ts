import type { Problem } from "@ocis-pocket-id/providers/core";
import { productOf, type ProductKey } from "../settings/products";
import type { Cluster, KubernetesObject } from "./cluster";
import { type Claims, type Known, OWNER_ANNOTATION } from "./data";

/** A claim, or the part of a pod or StatefulSet that tells what it runs on. */
interface Neighbour extends KubernetesObject {
  metadata: KubernetesObject["metadata"] & {
    ownerReferences?: { kind: string; name: string; uid: string }[];
  };
  spec: {
    containers?: { image: string; command?: string[]; args?: string[] }[];
    volumes?: { persistentVolumeClaim?: { claimName: string; readOnly?: boolean } }[];
  };
  status?: { phase?: string };
}

/** What speaks against using claims that somebody else made. */
export interface AdoptionProblems {
  /** A claim that isn't there would be made empty. */
  readonly missing: Problem[];
  /** Another oCIS runs on one, and two at a time would damage it: Kubernetes lets two pods of one node use a claim. */
  readonly predecessors: Problem[];
}

/** Looks for what speaks against using the claims; nothing does if the stack makes them itself. */
export async function adoptionProblems(
  cluster: Cluster,
  claims: Claims,
  known: Known,
  product?: ProductKey,
): Promise<AdoptionProblems> {
  if (!claims.adoptVolumes) return { missing: [], predecessors: [] };
  const kinds = "pods,statefulsets.apps,persistentvolumeclaims";
  const all = await cluster.list<Neighbour>(kinds, claims.namespace);
  return {
    missing:
      known["namespace"] === undefined && !claims.allowEmptyVolumes ? missingProblems(claims, all) : [],
    predecessors: predecessorProblems(claims, all, product),
  };
}

function missingProblems({ namespace, claims }: Claims, all: readonly Neighbour[]): Problem[] {
  return claims
    .filter(
      ({ name }) =>
        !all.some(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata.name === name),
    )
    .map(({ kind, name }) => ({
      property: `${kind}Volume`,
      reason:
        `claim '${name}' doesn't exist in namespace '${namespace}', and adoptVolumes is for one that does: correct \`volumes\`, ` +
        "or set allowEmptyVolumes once to start with an empty one",
    }));
}

/** Only pods of a StatefulSet of ours may use the claims. */
function predecessorProblems(
  { owner, namespace, claims }: Claims,
  all: readonly Neighbour[],
  product: ProductKey | undefined,
): Problem[] {
  const ours = new Set(
    all
      .filter(({ metadata }) => metadata.annotations?.[OWNER_ANNOTATION] === owner)
      .map(({ metadata }) => metadata.uid),
  );
  const pods = all.filter(({ kind }) => kind === "Pod");
  return pods.flatMap((one) => {
    const isOurs = one.metadata.ownerReferences?.some(({ uid }) => ours.has(uid)) === true;
    const names = writableClaims(one);
    const claim = claims.find(({ name }) => names.includes(name));
    if (isOurs || claim === undefined || !runsOcis(one)) return [];
    const reason =
      `pod '${one.metadata.name}' runs on '${claim.name}', which only one ${productOf(product).title} may use: ` +
      `${removalOf(one, namespace)} before up; its files stay`;
    return [{ property: `${claim.kind}Volume`, reason }];
  });
}

const writableClaims = ({ spec: { volumes = [] } }: Neighbour) =>
  volumes.flatMap(({ persistentVolumeClaim: claim }) =>
    claim === undefined || claim.readOnly === true ? [] : [claim.claimName],
  );

function runsOcis({ spec: { containers = [] }, status }: Neighbour): boolean {
  if (/^(Succeeded|Failed)$/.test(status?.phase ?? "")) return false;
  const words = containers.flatMap(({ image, command = [], args = [] }) => [image, ...command, ...args]);
  return /\b(ocis|opencloud)\b/.test(words.join(" "));
}

/** Whatever keeps a pod running would start another. */
function removalOf({ metadata }: Neighbour, namespace: string): string {
  const [keeper] = metadata.ownerReferences ?? [];
  const inNamespace = `--namespace=${namespace}`;
  if (keeper === undefined) return `run \`kubectl delete pod ${metadata.name} ${inNamespace}\``;
  // A ReplicaSet is named after its Deployment.
  const of =
    keeper.kind === "ReplicaSet"
      ? `deployment/${keeper.name.replace(/-[a-z0-9]+$/, "")}`
      : `${keeper.kind.toLowerCase()}/${keeper.name}`;
  return `run \`kubectl scale ${of} --replicas=0 ${inNamespace}\``;
}
