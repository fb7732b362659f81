import type { Verdict } from "../docker-host/readiness/diagnosis";
import type { Cluster, Pod, StatefulSet } from "./cluster";

/** The pod of the newest settings: for a moment after an update, the previous one still runs. */
export function newestOf({ metadata, status }: StatefulSet, pods: readonly Pod[]): Pod | undefined {
  if (status?.observedGeneration !== metadata.generation) return undefined;
  return pods.find((pod) => pod.metadata.labels?.["controller-revision-hash"] === status?.updateRevision);
}

/** What Kubernetes itself can't do for a pod; undefined once its container has run. */
export function diagnosePod({ status }: Pod): Verdict | undefined {
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") {
    return { reason: `no node can run it: ${scheduled.message ?? "no reason given"}`, hopeless: false };
  }
  const [container] = status.containerStatuses ?? [];
  if (container === undefined)
    return { reason: status.reason ?? "its pod is being prepared", hopeless: false };
  const { reason, message } = container.state?.waiting ?? {};
  if (reason === undefined || reason === "CrashLoopBackOff") return undefined;
  if (reason === "ContainerCreating" || reason === "PodInitializing") {
    return { reason: "its container is being created", hopeless: false };
  }
  const details = message === undefined ? "" : `: ${message}`;
  if (/^(ErrImageNeverPull|InvalidImageName)$/.test(reason))
    return { reason: `${reason}${details}`, hopeless: true };
  if (/Image/.test(reason)) return { reason: `its image can't be pulled${details}`, hopeless: false };
  return { reason: `its container can't be created (${reason})${details}`, hopeless: false };
}

/** Why no pod exists: a quota, a policy, or the previous one, which is still stopping. */
export async function whyNone(
  cluster: Cluster,
  namespace: string,
  name: string,
  isStopping: boolean,
): Promise<Verdict> {
  if (isStopping) return { reason: "the previous pod is still stopping", hopeless: false };
  const selector = `--field-selector=type=Warning,involvedObject.kind=StatefulSet,involvedObject.name=${name}`;
  const events = await cluster.list<{ metadata: { name: string; uid: string }; message?: string }>(
    "events",
    namespace,
    selector,
    "--sort-by=.lastTimestamp",
  );
  const message = events.at(-1)?.message;
  return { reason: message === undefined ? "its pod hasn't been created yet" : message, hopeless: false };
}
