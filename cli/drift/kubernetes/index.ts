import type { SnapshotResource, StackSnapshot } from "../../stacks";
import { liveObjects, manifestOf } from "../../stacks/kubernetes";
import { type Finding, refreshCommand } from "../finding";
import { claimDrift } from "./claims";
import { objectChanges } from "./contents";

/** The resources that exist in Kubernetes. */
export function inKubernetes({ resources }: StackSnapshot): SnapshotResource[] {
  return resources.filter((resource) => manifestOf(resource) !== undefined);
}

/**
 * Reads a stack's objects with one call of `kubectl` for each namespace, and compares them with state. The engine's refresh reads
 * each with a request of its own, and changes state.
 *
 * @throws Error in one line without `kubectl`, or if the cluster doesn't answer.
 */
export async function findKubernetesDrift(
  snapshot: StackSnapshot,
  watched: readonly SnapshotResource[],
  showValues: boolean,
): Promise<Finding[]> {
  const seen = await liveObjects(watched);
  const goneNamespaces = seen.filter(({ manifest, live }) => manifest.kind === "Namespace" && !live);
  const fix = refreshCommand(snapshot);
  return seen.flatMap((one): Finding[] => {
    const { resource, manifest, namespace, object, live } = one;
    const finding = (its: Pick<Finding, "kind" | "change" | "fix"> & { field?: string }) => {
      return { object, field: "", urns: [resource.urn], ...its };
    };
    const lost = goneNamespaces.find((other) => other.namespace === namespace);
    if (lost === one) {
      // What was in it went with it: one finding instead of twelve.
      const others = seen.filter((other) => other.namespace === namespace && other !== one);
      const claims = others.some(({ manifest: { kind } }) => kind === "PersistentVolumeClaim");
      const change = `was deleted, with everything in it${claims ? ", accounts and files, too" : ""}`;
      const urns = [one, ...others].map(({ resource: { urn } }) => urn);
      return [{ ...finding({ kind: "gone", change, fix: claims ? restore(fix) : fix }), urns }];
    }
    if (lost !== undefined) return [];
    if (manifest.kind === "PersistentVolumeClaim") {
      const claim = claimDrift(resource, live, snapshot);
      if (claim !== undefined) return [finding({ fix: restore(fix), ...claim })];
    }
    if (live === undefined) return [finding({ kind: "gone", change: "was deleted", fix })];
    const changes = objectChanges({ resource, kind: manifest.kind, live, snapshot, showValues });
    return changes.map(({ field, words }) => finding({ kind: "changed", field, change: words, fix }));
  });
}

/** What undoes the loss of a claim. */
const restore = (fix: string) =>
  `restore its backup, set adoptVolumes and allowEmptyVolumes once, and run ${fix}; without a backup, set allowEmptyVolumes to start empty`;
