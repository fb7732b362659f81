import type { ClusterSettings } from "@ocis-pocket-id/components/kubernetes";
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
