import { handlerNameOf } from "../../stacks/handlers";
import { liveObjects } from "../../stacks/kubernetes";
import type { SnapshotResource } from "../../stacks";
import type { Entry } from "../state";

/** What waits for pods: done again when they are new. */
const WAITS: readonly (string | undefined)[] = ["kubernetesReady", "pocketIdStarted"];
const PREFLIGHTS: readonly (string | undefined)[] = ["kubernetesPreflight", "pocketIdPreflight"];

/**
 * State without the objects that aren't in the cluster any more, or were made anew: the next `up` creates them, or makes them what
 * they should be. Preflights learn which claims the stack has now.
 *
 * @param resources the same state, opened
 * @param claimIds those of the workload in a namespace
 */
export async function reconciled(
  resources: readonly SnapshotResource[],
  entries: readonly Entry[],
  claimIds: (namespace: string) => Promise<Record<string, string>>,
): Promise<Entry[]> {
  const gone = new Set<string>();
  for (const { resource, live } of await liveObjects(resources)) {
    // Names may come back; the UIDs that Kubernetes gives never do.
    const before = (resource.outputs["metadata"] as { uid?: unknown } | undefined)?.uid;
    if (live === undefined || (before ?? live.metadata.uid) !== live.metadata.uid) gone.add(resource.urn);
  }
  const kept = entries.filter(
    (entry) => !gone.has(entry.urn) && !(gone.size > 0 && WAITS.includes(handlerOf(entry))),
  );
  return Promise.all(
    kept.map(async (entry) => {
      const namespace = entry.inputs?.["namespace"];
      if (!PREFLIGHTS.includes(handlerOf(entry)) || typeof namespace !== "string") return entry;
      const ids = { claimIds: await claimIds(namespace) };
      return { ...entry, inputs: { ...entry.inputs, ...ids }, outputs: { ...entry.outputs, ...ids } };
    }),
  );
}

const handlerOf = ({ inputs }: Entry) => handlerNameOf(inputs?.["__provider"]);
