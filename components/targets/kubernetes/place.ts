import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { types } from "@pulumi/kubernetes";
import { defined } from "../../inputs";
import { OWNER_ANNOTATION } from "../../kubernetes/data";
import type { kubernetesSdk } from "../../kubernetes/sdk";
import { ownerName } from "../container";
import type { KubernetesTargetArgs } from "./arguments";
import type { ClusterInputs } from "./cluster";
import type { Around } from "./route";

/** Pulumi's own waits know less than `KubernetesReady`; and a field that somebody changed by hand is ours again. */
const APPLIED = { "pulumi.com/skipAwait": "true", "pulumi.com/patchForce": "true" };
/** The same for what must have gone before it can come again. */
const EXISTS = { "pulumi.com/skipAwait": "false", "pulumi.com/waitFor": "jsonpath={.metadata.uid}" };

/** Where the objects of a component are. */
export interface Place {
  /** Value of the label that tells what runs: `ocis`. */
  app: string;
  /** Name of StatefulSet and Service. */
  base: string;
  namespace: string;
  cluster: ClusterInputs;
  /** `protect` is for namespace and claims. */
  args: Pick<KubernetesTargetArgs, "kubeconfig" | "context" | "createNamespace" | "protect">;
  /** What makes namespace and claims. */
  preflight: pulumi.Resource;
}

/** Declares the namespace, and returns what goes into it in what way. */
export function placeOf(
  sdk: ReturnType<typeof kubernetesSdk>,
  name: string,
  { app, base, namespace, cluster, args, preflight }: Place,
  inParent: pulumi.CustomResourceOptions,
) {
  const provider =
    args.kubeconfig === undefined && args.context === undefined
      ? undefined
      : new sdk.Provider(`${name}-kubernetes`, defined(cluster), inParent);
  const child = { ...inParent, ...defined({ provider }), dependsOn: [preflight] };
  const labels = {
    "app.kubernetes.io/name": app,
    "app.kubernetes.io/instance": base,
    "app.kubernetes.io/managed-by": "pulumi",
  };
  /** Of the pod. */
  const selector = { "app.kubernetes.io/instance": base };
  const ours = { ...APPLIED, [OWNER_ANNOTATION]: ownerName(name) };
  const metadata: Around["metadata"] = (itsName, annotations = {}) => ({
    ...{ name: itsName, namespace, labels },
    annotations: pulumi.output(annotations).apply((more) => ({ ...ours, ...more })),
  });
  // The preflight makes these, and they stay: what is declared here is what they should be like.
  const kept = { ...child, ...defined({ protect: args.protect }), retainOnDelete: true };
  const space =
    args.createNamespace === false
      ? undefined
      : new sdk.core.v1.NamespacePatch(
          `${name}-namespace`,
          {
            metadata: {
              name: namespace,
              labels: { ...labels, "pod-security.kubernetes.io/enforce": "restricted" },
              annotations: ours,
            },
          },
          kept,
        );
  const dependsOn: pulumi.Resource[] = [preflight, ...(space ? [space] : [])];
  return {
    metadata,
    labels,
    selector,
    /** Undefined with `createNamespace: false`. */
    space,
    /** Options for all that is in the namespace. */
    inside: { ...child, dependsOn },
    /** One pod, because its volumes have one writer. @param after beside the namespace, what it waits for */
    statefulSet: (
      template: pulumi.Input<types.input.core.v1.PodTemplateSpec>,
      after: pulumi.CustomResourceOptions,
    ) =>
      new sdk.apps.v1.StatefulSet(
        `${name}-stateful-set`,
        {
          metadata: metadata(base, EXISTS),
          spec: {
            ...{ replicas: 1, serviceName: base, selector: { matchLabels: selector } },
            // A pod that never gets ready makes room for one with corrected settings.
            ...{ podManagementPolicy: "Parallel", template },
          },
        },
        pulumi.mergeOptions({ ...child, dependsOn }, after),
      ),
    service: (port: number) =>
      new sdk.core.v1.Service(
        `${name}-service`,
        {
          metadata: metadata(base),
          spec: { selector, ports: [{ name: "http", port, targetPort: "http" }] },
        },
        { ...child, dependsOn },
      ),
    claim: (kind: string, itsName: string, spec: types.input.core.v1.PersistentVolumeClaimSpecPatch) =>
      new sdk.core.v1.PersistentVolumeClaimPatch(
        `${name}-${kind}`,
        { metadata: metadata(itsName), spec },
        { ...kept, dependsOn },
      ),
  };
}
