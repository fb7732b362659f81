import { Cluster, type ClusterSettings, type KubernetesObject } from "@ocis-pocket-id/components/kubernetes";
import type { SnapshotResource } from "./snapshot";

/** What of a resource's inputs every object of Kubernetes has. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The configuration of the resource's provider. What it leaves out, `kubectl` finds as the provider does. */
export function clusterOf({ provider: { kubeconfig, context } }: SnapshotResource): ClusterSettings {
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
}

/** The object that a resource is in Kubernetes; undefined for a component, a chart, or a resource of another package. */
export function manifestOf({ type, id, inputs }: SnapshotResource): Manifest | undefined {
  const { apiVersion, kind } = inputs;
  const isObject = type.startsWith("kubernetes:") && id !== "";
  return isObject && typeof apiVersion === "string" && typeof kind === "string"
    ? { apiVersion, kind }
    : undefined;
}

/** Where an object is. A namespace counts as being in itself. */
export function placeOf({ id }: SnapshotResource, { kind }: Manifest) {
  const [first = "", name] = id.split("/");
  if (name !== undefined) return { namespace: first, name };
  return { namespace: kind === "Namespace" ? first : undefined, name: first };
}

/** As variables are in a pod's specification. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  /** A Secret's or ConfigMap's name and key. */
  readonly valueFrom?: unknown;
}

/** Values by name; of one from elsewhere, where it is from. Kubernetes leaves out an empty value. */
export function variablesOf(env: readonly Variable[] = []): Map<string, string> {
  return new Map(
    env.map(({ name, value = "", valueFrom }) => [
      name,
      valueFrom === undefined ? value : JSON.stringify(valueFrom),
    ]),
  );
}

/** A resource beside the object that it is in Kubernetes. */
export interface LiveObject {
  readonly resource: SnapshotResource;
  readonly manifest: Manifest;
  readonly namespace: string | undefined;
  /** `StatefulSet company-ocis/ocis`. */
  readonly object: string;
  /** Undefined if it is gone. */
  readonly live: KubernetesObject | undefined;
}

/** Looks for objects in Kubernetes, with one call of `kubectl` for each namespace of each cluster. @throws Error in one line */
export async function liveObjects(watched: readonly SnapshotResource[]): Promise<LiveObject[]> {
  const groups = new Map<string, { resource: SnapshotResource; manifest: Manifest }[]>();
  for (const resource of watched) {
    const manifest = manifestOf(resource);
    if (manifest === undefined) continue;
    const key = JSON.stringify([clusterOf(resource), placeOf(resource, manifest).namespace]);
    groups.set(key, [...(groups.get(key) ?? []), { resource, manifest }]);
  }
  const calls = [...groups.values()].map(async (group): Promise<LiveObject[]> => {
    const [first] = group;
    if (first === undefined) return [];
    const { namespace } = placeOf(first.resource, first.manifest);
    const references = group.map(({ resource, manifest }) =>
      referenceOf(manifest, placeOf(resource, manifest).name),
    );
    const found = await new Cluster(clusterOf(first.resource)).findAll(references, namespace);
    return group.map(({ resource, manifest }) => {
      const { name } = placeOf(resource, manifest);
      const live = found.find((one) => one.kind === manifest.kind && one.metadata.name === name);
      return { resource, manifest, namespace, object: `${manifest.kind} ${resource.id}`, live };
    });
  });
  return (await Promise.all(calls)).flat();
}

/** As `kubectl` takes it: `StatefulSet.v1.apps/ocis`. */
function referenceOf({ apiVersion, kind }: Manifest, name: string): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? `${kind}.${group}./${name}` : `${kind}.${version}.${group}/${name}`;
}
