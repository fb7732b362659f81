import {
  ask,
  Cluster,
  diagnosePod,
  newestOf,
  type Pod as PodStatus,
  type StatefulSet,
} from "@ocis-pocket-id/components/kubernetes";
import { reasonOf } from "../engine/programs";
import type { SnapshotResource, StackSnapshot } from "../stacks";
import { clusterOf, manifestOf, placeOf, type Variable, variablesOf } from "../stacks/kubernetes";
import type { ContainerFacts } from "../stacks/subject";
import { ADDRESS, factsIn, LOG_LINES } from "./container";
import { type Finding, finding } from "./finding";

type Pod = PodStatus & { readonly spec: { readonly containers: readonly { env?: Variable[] }[] } };

interface Spec {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly template?: { readonly spec?: { readonly containers?: readonly { env?: Variable[] }[] } };
}

/** A StatefulSet of the stack's state, and what the cluster has of it. */
export interface Seen {
  readonly spec: Spec;
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  /** Undefined if it is gone. */
  readonly found: StatefulSet | undefined;
  /** The pod of its newest settings; undefined if there is none. */
  readonly pod: Pod | undefined;
}

/** The stack's StatefulSets. @throws Error in one line without `kubectl`, or if the cluster doesn't answer */
async function lookAtSets({ resources }: Pick<StackSnapshot, "resources">): Promise<Seen[]> {
  return Promise.all(
    resources.flatMap((resource) => (manifestOf(resource)?.kind === "StatefulSet" ? [lookAt(resource)] : [])),
  );
}

async function lookAt(resource: SnapshotResource): Promise<Seen> {
  const { namespace = "default", name } = placeOf(resource, { apiVersion: "apps/v1", kind: "StatefulSet" });
  const cluster = new Cluster(clusterOf(resource));
  const spec = (resource.inputs["spec"] ?? {}) as Spec;
  const found = await cluster.find<StatefulSet>("statefulset", name, namespace);
  const labels = Object.entries(spec.selector?.matchLabels ?? {}).map((label) => label.join("="));
  const pods = await cluster.list<Pod>("pods", namespace, `--selector=${labels.join(",")}`);
  const newest = found === undefined ? undefined : newestOf(found, pods);
  const pod = pods.find(({ metadata }) => metadata.uid === newest?.metadata.uid);
  return { spec, cluster, namespace, name, found, pod };
}

/** The same; or, if Kubernetes can't be asked, a note that tells why. Without it, doctor has much to check. */
export async function lookAtPods(
  snapshot: Pick<StackSnapshot, "resources" | "name">,
): Promise<{ seen: Seen[]; note?: string }> {
  try {
    return { seen: await lookAtSets(snapshot) };
  } catch (error) {
    const note = `note: stack '${snapshot.name}' has pods in Kubernetes, which can't be checked: ${reasonOf(error)}`;
    return { seen: [], note };
  }
}

/** Pods that don't run, or aren't ready for requests. */
export function checkPods(seen: readonly Seen[]): Finding[] {
  return seen.flatMap(({ namespace, name, found, pod }) => {
    const set = `StatefulSet '${name}' in namespace '${namespace}'`;
    const down = (what: string, fix: string) => [finding("container-down", what, fix)];
    const read = (words: string) => `read why in \`kubectl ${words} --namespace=${namespace}\``;
    if (found === undefined) {
      return down(`${set} is gone`, "run `pulumi up --refresh`, and `pulumi up` if that fails");
    }
    if (found.spec.replicas === 0) {
      const scale = `kubectl scale statefulset/${name} --replicas=1 --namespace=${namespace}`;
      return down(`${set} is scaled to 0`, `run \`${scale}\``);
    }
    if (pod === undefined) return down(`${set} has no pod yet`, read(`describe statefulset/${name}`));
    const which = pod.metadata.name;
    const what = `pod '${which}' in namespace '${namespace}'`;
    const verdict = diagnosePod(pod);
    if (verdict !== undefined) {
      return down(`${what} doesn't run: ${verdict.reason}`, read(`describe pod/${which}`));
    }
    const [container] = pod.status.containerStatuses ?? [];
    if (container?.ready === true) return [];
    const { restartCount = 0, state } = container ?? {};
    if (state?.running === undefined) {
      const again = `${what} stops again and again (${restartCount} restarts)`;
      return down(again, read(`logs ${which} --previous`));
    }
    return down(`${what} isn't ready: its probes haven't passed`, read(`logs ${which}`));
  });
}

/** The pod of an oCIS, as far as it runs. */
export async function readPod(seen: readonly Seen[], ocisUrl: string): Promise<ContainerFacts | undefined> {
  const one = seen.find(({ spec }) => {
    const variables = variablesOf(spec.template?.spec?.containers?.[0]?.env);
    return ADDRESS.some((name) => variables.get(name) === ocisUrl);
  });
  if (one?.pod?.status.containerStatuses?.[0]?.state?.running === undefined) return undefined;
  const { cluster, namespace, pod, spec } = one;
  const { name } = pod.metadata;
  const runner = { run: (which: string, command: string[]) => cluster.run(namespace, which, command) };
  // Secrets aren't read.
  const open = (pod.spec.containers[0]?.env ?? []).filter(({ valueFrom }) => valueFrom === undefined);
  const tls = variablesOf(spec.template?.spec?.containers?.[0]?.env).get("PROXY_TLS") === "true";
  try {
    const [log, mounts, discovery] = await Promise.all([
      cluster.log(namespace, name, LOG_LINES, false),
      runner.run(name, ["cat", "/proc/mounts"]),
      ask(runner, name, tls),
    ]);
    const environment = Object.fromEntries(variablesOf(open));
    return { name, environment, ...factsIn(log, mounts.output), pod: { namespace, discovery } };
  } catch {
    // It may have stopped since.
    return undefined;
  }
}
