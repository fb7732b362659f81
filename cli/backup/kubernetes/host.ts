import {
  type Cluster,
  type ClusterSettings,
  factsOf,
  findProblems,
  type KubernetesObject,
  LAST_BACKUP_ANNOTATION,
  lookAt,
  makeObjects,
  openCluster,
  OWNER_ANNOTATION,
  type Pod,
} from "@ocis-pocket-id/components/kubernetes";
import type { SnapshotResource } from "../../stacks";
import type { Host, Place, Service } from "../host";
import type { Manifest } from "../manifest";
import { kubernetesControls, pathOf } from "./controls";
import { accessPods, openPods } from "./pods";
import { reconciled } from "./state";
import type { Workload } from "./workloads";

/** A stack's StatefulSets and claims in a cluster. */
export function kubernetesHost(
  settings: ClusterSettings,
  workloads: readonly Workload[],
  resources: readonly SnapshotResource[],
): Host {
  const cluster = openCluster()(settings);
  const pods = accessPods(workloads);
  const controls = kubernetesControls(cluster, pods);
  const hasVolume = async (source: string) => {
    const { namespace, name } = pathOf(source);
    return (await cluster.find("pvc", name, namespace)) !== undefined;
  };
  const clear = async (places: readonly Place[], signal: AbortSignal) => {
    const volumes = await openPods(cluster, workloads, places, signal);
    try {
      for (const { name } of places) await volumes.clear(name);
    } finally {
      await volumes.close();
    }
  };
  return {
    ...controls,
    ...{ name: "Kubernetes", hasVolume, clear },
    where: { kind: "kubernetes", settings, pods },
    imagesOf: (services) => imagesOf(cluster, services),
    openVolumes: (places, signal) => openPods(cluster, workloads, places, signal),

    async record(services, time) {
      for (const { kind, source } of services.flatMap(({ places }) => places)) {
        if (kind === "ocis-config") continue;
        const { namespace, name } = pathOf(source);
        await cluster.annotate("pvc", name, namespace, LAST_BACKUP_ANNOTATION, time);
      }
    },

    async makeVolumes(places) {
      const missing: Place[] = [];
      for (const place of places) if (!(await hasVolume(place.source))) missing.push(place);
      for (const { claims } of workloads) {
        const accepted = { ...claims, allowEmptyVolumes: true };
        const [problem] = findProblems(await lookAt(cluster, accepted), accepted, {});
        if (problem !== undefined) throw new Error(problem.reason);
        await makeObjects(cluster, accepted);
      }
      return async () => {
        const kept = places.filter((place) => !missing.includes(place));
        if (kept.length > 0) await clear(kept, AbortSignal.timeout(UNDO_MS)).catch(() => undefined);
        for (const { source } of missing) {
          const { namespace, name } = pathOf(source);
          await cluster.remove("pvc", name, namespace).catch(() => undefined);
        }
      };
    },

    async remove(statefulSets, report) {
      for (const one of statefulSets) {
        const { namespace, name } = pathOf(one);
        const found = await cluster.find("statefulset", name, namespace);
        if (found === undefined || !isOurs(found, workloads)) continue;
        report(`removing StatefulSet ${one}`);
        if (await controls.isRunning(one)) await controls.stop(one);
        await cluster.remove("statefulset", name, namespace);
      }
    },

    removalCommands: (places) =>
      `\`kubectl scale --replicas=0\` for the stack's StatefulSets, and ${places
        .map(({ source }) => pathOf(source))
        .map(({ namespace, name }) => `\`kubectl delete pvc ${name} --namespace=${namespace}\``)
        .join(" and ")}`,

    reconcile: (entries) =>
      reconciled(resources, entries, async (namespace) => {
        const of = workloads.find((workload) => workload.namespace === namespace);
        return of === undefined ? {} : factsOf(await lookAt(cluster, of.claims)).claimIds;
      }),
  };
}

const UNDO_MS = 600_000;

const isOurs = ({ metadata }: KubernetesObject, workloads: readonly Workload[]) =>
  workloads.some(({ claims }) => metadata.annotations?.[OWNER_ANNOTATION] === claims.owner);

/** What runs now; of what doesn't run, only the name is known. */
function imagesOf(cluster: Cluster, services: readonly Service[]): Promise<Manifest["images"]> {
  return Promise.all(
    services.map(async ({ component, container, image }) => {
      const { namespace, name } = pathOf(container);
      const selector = `--selector=app.kubernetes.io/instance=${name}`;
      const [pod] = await cluster.list<Pod>("pods", namespace, selector);
      const id = pod?.status.containerStatuses?.[0]?.imageID ?? "";
      return {
        component,
        container,
        name: image,
        id: id || image,
        digests: id.includes("@sha256:") ? [id] : [],
      };
    }),
  );
}
