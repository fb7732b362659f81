import type { KubernetesObject } from "@ocis-pocket-id/components/kubernetes";
import type { SnapshotResource, StackSnapshot } from "../../stacks";
import type { Finding } from "../finding";

interface Claim extends KubernetesObject {
  spec?: { volumeName?: string };
  status?: { phase?: string };
}

/** A loss of files, or what becomes one; the fix only if it isn't restoring them. Undefined for a claim that has its volume. */
export function claimDrift(
  { id }: SnapshotResource,
  live: KubernetesObject | undefined,
  { resources }: StackSnapshot,
): (Pick<Finding, "kind" | "change"> & { fix?: string }) | undefined {
  const claim: Claim | undefined = live;
  if (claim === undefined) return { kind: "gone", change: "was deleted, and its files with it" };
  const known = resources.filter(({ outputs }) => outputs["claimIds"] !== undefined).flatMap(claimIds);
  const uid = known.find(([place]) => place === id)?.[1];
  if (uid !== undefined && uid !== claim.metadata.uid) {
    return { kind: "changed", change: "was recreated by hand: this stack's files aren't in it" };
  }
  if (claim.status?.phase === "Lost") return { kind: "changed", change: "has lost its volume" };
  if (claim.metadata.deletionTimestamp === undefined) return undefined;
  const volume = claim.spec?.volumeName ?? "its volume";
  return {
    kind: "changed",
    change: "was deleted, and goes when its pod stops",
    // Nothing undoes a deletion.
    fix:
      `back its files up while the pod runs, and keep the volume: kubectl patch pv ${volume} ` +
      `--patch='{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
  };
}

/** By `NAMESPACE/NAME`, the IDs of the claims that the last `up` used. */
function claimIds({ outputs }: SnapshotResource): [string, unknown][] {
  const { namespace, configVolume, dataVolume } = outputs;
  const ids = (outputs["claimIds"] ?? {}) as { config?: string; data?: string };
  return [
    [`${String(namespace)}/${String(configVolume)}`, ids.config],
    [`${String(namespace)}/${String(dataVolume)}`, ids.data],
  ];
}
