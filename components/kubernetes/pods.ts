import type { Verdict } from "../docker-host/waiting";
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

/** A StatefulSet and the pod that runs its newest settings; or why there is none. */
export async function findPod(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<{ set: StatefulSet; pod: Pod } | { verdict: Verdict }> {
  const set = await cluster.find<StatefulSet>("statefulset", name, namespace);
  if (set === undefined) {
    const reason = `StatefulSet '${name}' is gone: run \`pulumi up --refresh\` to recreate it`;
    return { verdict: { reason, hopeless: true } };
  }
  const pods = await cluster.list<Pod>("pods", namespace, `--selector=app.kubernetes.io/instance=${name}`);
  const pod = newestOf(set, pods);
  return pod === undefined
    ? { verdict: await whyNone(cluster, namespace, name, pods.length > 0) }
    : { set, pod };
}

/** How a pod's container is, and the last lines of its log. */
export async function containerOf(cluster: Cluster, namespace: string, pod: Pod, lines: number) {
  const [container] = pod.status.containerStatuses ?? [];
  const restarts = container?.restartCount ?? 0;
  const isRunning = container?.state?.running !== undefined;
  const previous = !isRunning && restarts > 0;
  const log = container === undefined ? [] : await cluster.log(namespace, pod.metadata.name, lines, previous);
  return { container, restarts, isRunning, log };
}

/** Why no pod exists: a quota, a policy, or the previous one, which is still stopping. */
async function whyNone(
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
