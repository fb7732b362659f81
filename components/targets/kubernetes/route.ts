import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { kubernetesSdk } from "../../kubernetes/sdk";
import type { IngressArgs, KubernetesTargetArgs } from "./arguments";

type Sdk = ReturnType<typeof kubernetesSdk>;

/** What the objects around the pod share. */
export interface Around {
  metadata: (
    name: pulumi.Input<string>,
    annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>,
  ) => { name: pulumi.Input<string>; namespace: string };
  /** Name of the Service. */
  base: string;
  port: number;
}

/** Declares how requests get from outside to the Service. TLS ends there, or oCIS gets it as it came. */
export function route(
  sdk: Sdk,
  name: string,
  {
    metadata,
    base,
    port,
    tlsSecret,
    url,
    more = {},
    args,
  }: Around & {
    tlsSecret: string;
    url: pulumi.Input<string>;
    /** Annotations of an Ingress that not all have. */
    more?: Record<string, string>;
    args: Pick<KubernetesTargetArgs, "ingress" | "gateway">;
  },
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource | undefined {
  const host = pulumi.output(url).apply((known) => new URL(known).hostname);
  if (args.gateway !== undefined) {
    return new sdk.apiextensions.CustomResource(
      `${name}-route`,
      {
        ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: metadata(base) },
        spec: {
          parentRefs: [args.gateway],
          hostnames: [host],
          // Without this, Envoy ends big files and events after 15 seconds.
          rules: [{ backendRefs: [{ name: base, port }], timeouts: { request: "0s" } }],
        },
      },
      opts,
    );
  }
  const { ingress = {} } = args;
  if (ingress === false) return undefined;
  const backend = { service: { name: base, port: { name: "http" } } };
  return new sdk.networking.v1.Ingress(
    `${name}-ingress`,
    {
      metadata: metadata(base, annotationsOf(ingress, more)),
      spec: {
        ...(ingress.className === undefined ? {} : { ingressClassName: ingress.className }),
        tls: [{ hosts: [host], secretName: ingress.tlsSecret ?? tlsSecret }],
        rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      },
    },
    opts,
  );
}

/** What ingress-nginx needs, whose class may have any name; other controllers ignore it. */
const FOR_NGINX = {
  // By itself it takes 1 MB, keeps whole uploads, and ends what is silent for a minute, like events.
  "nginx.ingress.kubernetes.io/proxy-body-size": "0",
  "nginx.ingress.kubernetes.io/proxy-request-buffering": "off",
  "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
  "nginx.ingress.kubernetes.io/proxy-send-timeout": "3600",
};
/** For a pod that serves https itself. */
export const HTTPS_BEHIND = { "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" };
/** Traefik would serve http, too. oCIS doesn't need this: it sends people who come by http to https itself. */
export const ONLY_TLS = { "traefik.ingress.kubernetes.io/router.tls": "true" };

function annotationsOf(
  args: IngressArgs,
  more: Record<string, string>,
): pulumi.Output<Record<string, string>> {
  return pulumi
    .output({ ...args })
    .apply(({ clusterIssuer, issuer, annotations }): Record<string, string> => ({
      ...FOR_NGINX,
      ...more,
      ...(clusterIssuer === undefined ? {} : { "cert-manager.io/cluster-issuer": clusterIssuer }),
      ...(issuer === undefined ? {} : { "cert-manager.io/issuer": issuer }),
      ...annotations,
    }));
}

/** Declares who may connect to the pod, and whether draining a node may stop it. */
export function guards(
  sdk: Sdk,
  name: string,
  {
    metadata,
    base,
    port,
    selector,
    evictable,
  }: Around & {
    selector: Record<string, string>;
    evictable: boolean;
  },
  opts: pulumi.CustomResourceOptions,
): void {
  new sdk.networking.v1.NetworkPolicy(
    `${name}-network-policy`,
    {
      metadata: metadata(base),
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ["Ingress"],
        // Its other ports, with which its services speak to each other, are nobody else's.
        ingress: [{ ports: [{ port, protocol: "TCP" }] }],
      },
    },
    opts,
  );
  new sdk.policy.v1.PodDisruptionBudget(
    `${name}-disruption-budget`,
    {
      metadata: metadata(base),
      spec: { maxUnavailable: evictable ? 1 : 0, selector: { matchLabels: selector } },
    },
    opts,
  );
}
