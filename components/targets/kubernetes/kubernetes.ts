import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { defined } from "../../inputs";
import { claimSpec, DEFAULT_SIZES, sizeSpec } from "../../kubernetes/data";
import { kubernetesSdk } from "../../kubernetes/sdk";
import { KubernetesPreflight, KubernetesReady } from "../../kubernetes-resources";
import { sha256 } from "../../local-files/disk";
import { GeneratedSecret } from "../../resources";
import { checkedImage, ownerName } from "../container";
import type { Deployment, Target, Workload } from "../workload";
import type { KubernetesTargetArgs } from "./arguments";
import { clusterInputs } from "./cluster";
import { objectNames } from "./names";
import { placeOf } from "./place";
import { podSpec } from "./pod";
import { guards, HTTPS_BEHIND, route } from "./route";
import { contentsOf } from "./contents";

/** What {@link kubernetesTarget} made. The types of `@pulumi/kubernetes` aren't named, so that programs compile without it. */
export interface KubernetesTarget extends Target {
  preflight: KubernetesPreflight;
  /** Undefined with `createNamespace: false`. */
  namespace: pulumi.CustomResource | undefined;
  claims: {
    config: pulumi.CustomResource;
    data: pulumi.CustomResource;
  };
  statefulSet: pulumi.CustomResource;
  service: pulumi.CustomResource;
  /** The Ingress or HTTPRoute; undefined without one. */
  route: pulumi.CustomResource | undefined;
  /** From which oCIS's own secrets are derived. */
  secrets: GeneratedSecret;
  /** The password that oCIS's first start gives its built-in admin; volumes that are older keep theirs. */
  adminPassword: GeneratedSecret;
  /** The wait for logins; undefined without one. */
  readiness: KubernetesReady | undefined;
}

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
  const where = Object.keys(cluster).length === 0 ? {} : { cluster };
  const { product, port } = workload.container;
  const { key } = product;
  const names = objectNames(name, key, args);
  const { namespace, base } = names;
  const owner = ownerName(name);
  const sizes = { ...DEFAULT_SIZES.ocis, className: undefined, ...defined(args.storage ?? {}) };
  const protectedOpts = defined({ protect: args.protect });
  const image = checkedImage(workload.image, product);

  const secrets = new GeneratedSecret(`${name}-secrets`, { length: 43 }, { ...inParent, ...protectedOpts });
  const adminPassword = new GeneratedSecret(`${name}-admin-password`, {}, { ...inParent, ...protectedOpts });
  const preflight = new KubernetesPreflight(
    `${name}-preflight`,
    {
      ...where,
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
        requireBackupHours: args.requireBackupHours,
      }),
    },
    inParent,
  );

  const place = placeOf(sdk, name, { app: key, base, namespace, args, cluster, preflight }, inParent);
  const { metadata, space, inside, labels, selector } = place;
  const specOf = (kind: "config" | "data") =>
    args.volumes?.[kind] === undefined
      ? claimSpec(sizes[kind], sizes.className)
      : sizeSpec(args.storage?.[kind]);
  const claims = {
    config: place.claim("config", names.config, specOf("config")),
    data: place.claim("data", names.data, specOf("data")),
  };

  const contents = contentsOf(
    sdk,
    name,
    { workload, args, names, metadata, seed: secrets.value, adminPassword: adminPassword.value },
    inside,
  );
  const template = {
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
  };
  const statefulSet = place.statefulSet(
    template,
    pulumi.mergeOptions({ dependsOn }, { dependsOn: [claims.config, claims.data, ...contents.resources] }),
  );
  const service = place.service(port);
  guards(sdk, name, { metadata, base, port, selector, evictable: args.evictable ?? true }, inside);
  const routed = route(
    sdk,
    name,
    {
      ...{ metadata, base, port, tlsSecret: names.tls, url: workload.url, args },
      more: workload.tls ? HTTPS_BEHIND : {},
    },
    inside,
  );

  const readiness =
    args.readiness === false
      ? undefined
      : new KubernetesReady(
          `${name}-ready`,
          {
            ...where,
            ...(key === "ocis" ? {} : { product: key }),
            ...{ namespace, name: base, issuer: workload.issuer, tls: workload.tls, ...args.readiness },
            triggers: {
              template: pulumi.output(template).apply((known) => sha256(JSON.stringify(known))),
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
