import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type * as kubernetes from "@pulumi/kubernetes";
import { defined } from "../../inputs";
import { claimSpec } from "../../kubernetes/data";
import { kubernetesSdk } from "../../kubernetes/sdk";
import { KubernetesPreflight, KubernetesReady } from "../../kubernetes-resources";
import { sha256 } from "../../local-files/disk";
import { GeneratedSecret } from "../../resources";
import { checkedImage, ownerName } from "../container";
import type { Deployment, Target, Workload } from "../workload";
import type { KubernetesTargetArgs } from "./arguments";
import { clusterInputs } from "./cluster";
import { objectNames } from "./names";
import { EXISTS, placeOf } from "./place";
import { podSpec } from "./pod";
import { guards, route } from "./route";
import { contentsOf } from "./contents";

/** What {@link kubernetesTarget} made. */
export interface KubernetesTarget extends Target {
  preflight: KubernetesPreflight;
  /** Undefined with `createNamespace: false`. */
  namespace: kubernetes.core.v1.NamespacePatch | undefined;
  claims: {
    config: kubernetes.core.v1.PersistentVolumeClaimPatch;
    data: kubernetes.core.v1.PersistentVolumeClaimPatch;
  };
  statefulSet: kubernetes.apps.v1.StatefulSet;
  service: kubernetes.core.v1.Service;
  /** The Ingress or HTTPRoute; undefined without one. */
  route: pulumi.CustomResource | undefined;
  /** From which oCIS's own secrets are derived. */
  secrets: GeneratedSecret;
  /** The password that oCIS's first start gives its built-in admin; volumes that are older keep theirs. */
  adminPassword: GeneratedSecret;
  /** The wait for logins; undefined without one. */
  readiness: KubernetesReady | undefined;
}

const DEFAULT_SIZES = { config: "1Gi", data: "20Gi" };

/**
 * Runs oCIS as a StatefulSet with one pod: two at a time would damage the data. Namespace and volumes stay when all else is
 * destroyed, and the next `up` finds them.
 *
 * @param name the component's name, part of the namespace's.
 * @param opts `parent` of every child, whose provider they use; `dependsOn` is what the pod waits for.
 */
export function kubernetesTarget(
  name: string,
  workload: Workload,
  args: KubernetesTargetArgs,
  opts: pulumi.CustomResourceOptions,
): KubernetesTarget {
  const sdk = kubernetesSdk();
  const { dependsOn = [], ...inParent } = opts;
  const cluster = clusterInputs(args, opts);
  const { product, port } = workload.container;
  const { key } = product;
  const names = objectNames(name, key, args);
  const { namespace, base } = names;
  const owner = ownerName(name);
  const sizes = { ...DEFAULT_SIZES, className: undefined, ...defined(args.storage ?? {}) };
  const protectedOpts = defined({ protect: args.protect });
  const image = checkedImage(workload.image, product);

  const secrets = new GeneratedSecret(`${name}-secrets`, { length: 43 }, { ...inParent, ...protectedOpts });
  const adminPassword = new GeneratedSecret(`${name}-admin-password`, {}, { ...inParent, ...protectedOpts });
  const preflight = new KubernetesPreflight(
    `${name}-preflight`,
    {
      ...(Object.keys(cluster).length === 0 ? {} : { cluster }),
      ...(key === "ocis" ? {} : { product: key }),
      ...{ owner, namespace, image },
      ...{ configVolume: names.config, dataVolume: names.data },
      ...{ configSize: sizes.config, dataSize: sizes.data },
      ...defined({
        storageClass: sizes.className,
        createNamespace: args.createNamespace,
        adoptVolumes: args.adoptVolumes,
        allowEmptyVolumes: args.allowEmptyVolumes,
        allowDowngrade: args.allowDowngrade,
      }),
    },
    inParent,
  );

  const { metadata, space, inside, claim, labels, selector } = placeOf(
    sdk,
    name,
    { app: key, base, namespace, args, cluster, preflight },
    inParent,
  );
  const claims = {
    config: claim("config", names.config, claimSpec(sizes.config, sizes.className)),
    data: claim("data", names.data, claimSpec(sizes.data, sizes.className)),
  };

  const contents = contentsOf(
    sdk,
    name,
    { workload, args, names, metadata, seed: secrets.value, adminPassword: adminPassword.value },
    inside,
  );
  const spec = {
    // More of them need another storage than volumes: see docs/kubernetes.md.
    ...{ replicas: 1, serviceName: base, selector: { matchLabels: selector } },
    // A pod that never gets ready makes room for one with corrected settings.
    podManagementPolicy: "Parallel",
    template: {
      metadata: {
        labels,
        annotations: { [workload.container.hashLabels.csp]: workload.files.csp.text.apply(sha256) },
      },
      spec: podSpec(workload, args, {
        ...contents,
        names: { ...names, ...contents.names },
        image,
        extraHosts: pulumi.output(args.extraHosts ?? []),
      }),
    },
  };
  const statefulSet = new sdk.apps.v1.StatefulSet(
    `${name}-stateful-set`,
    { metadata: metadata(base, EXISTS), spec },
    pulumi.mergeOptions(
      { ...inside, dependsOn },
      {
        dependsOn: [...inside.dependsOn, claims.config, claims.data, ...contents.resources],
      },
    ),
  );
  const service = new sdk.core.v1.Service(
    `${name}-service`,
    { metadata: metadata(base), spec: { selector, ports: [{ name: "http", port, targetPort: "http" }] } },
    inside,
  );
  guards(sdk, name, { metadata, base, port, selector, evictable: args.evictable ?? true }, inside);
  const routed = route(
    sdk,
    name,
    { metadata, base, port, tlsSecret: names.tls, url: workload.url, args },
    inside,
  );

  const readiness =
    args.readiness === false
      ? undefined
      : new KubernetesReady(
          `${name}-ready`,
          {
            ...(Object.keys(cluster).length === 0 ? {} : { cluster }),
            ...(key === "ocis" ? {} : { product: key }),
            ...{ namespace, name: base, issuer: workload.issuer, tls: workload.tls, ...args.readiness },
            triggers: {
              template: pulumi.output(spec.template).apply((known) => sha256(JSON.stringify(known))),
            },
          },
          { ...inParent, dependsOn: [statefulSet, service] },
        );
  const summary = pulumi.output<Deployment>({
    ...{ target: "kubernetes", namespace, statefulSet: base },
    ...{ volumes: { config: names.config, data: names.data }, secrets: key === "ocis" ? "stack" : "volume" },
  });
  return {
    ...{
      preflight,
      namespace: space,
      claims,
      statefulSet,
      service,
      route: routed,
      secrets,
      adminPassword,
      readiness,
    },
    ready: readiness ?? statefulSet,
    summary,
  };
}
