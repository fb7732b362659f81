import { type KubernetesObject, KubectlError } from "@ocis-pocket-id/components/kubernetes";
import { type PodSpec, type ReadCluster, referenceOf, selectorText } from "./kubernetes-objects";
import type { Route, SelectingService } from "./setup";

interface Service extends KubernetesObject {
  readonly spec: {
    readonly type?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { readonly port: number; readonly targetPort?: number | string }[];
  };
}

interface Ingress extends KubernetesObject {
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: object;
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths: readonly { readonly backend: { readonly service?: { readonly name: string } } }[];
      };
    }[];
  };
}

interface HttpRoute extends KubernetesObject {
  readonly spec: {
    readonly hostnames?: readonly string[];
    readonly parentRefs?: readonly {
      readonly name: string;
      readonly namespace?: string;
      readonly sectionName?: string;
      readonly port?: number;
    }[];
    readonly rules?: readonly {
      readonly backendRefs?: readonly { readonly name: string }[];
      readonly filters?: readonly object[];
    }[];
  };
}

interface NetworkPolicy extends KubernetesObject {
  readonly spec: { readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
}

/** How requests get to a pod. */
export interface Ways {
  readonly services: readonly SelectingService[];
  readonly routes: readonly Route[];
  /** NetworkPolicies for its labels alone. */
  readonly networkPolicies: readonly string[];
}

/** Of our pod: its number and its name. */
const OUR_PORT: readonly (number | string)[] = [9200, "http"];
const KINDS = "services,ingresses.networking.k8s.io,networkpolicies.networking.k8s.io";

/** Finds Services for a pod's labels, and what leads to these. */
export async function waysTo(
  cluster: ReadCluster,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<Ways> {
  const all = await cluster.list(KINDS, namespace);
  const of = (kind: string) => all.filter((one) => one.kind === kind);
  const fits = (selector: Readonly<Record<string, string>> = {}) =>
    Object.keys(selector).length > 0 &&
    Object.entries(selector).every(([label, value]) => labels[label] === value);
  const services = (of("Service") as Service[]).filter(({ spec }) => fits(spec.selector));
  const names = services.map(({ metadata }) => metadata.name);
  const ingresses = (of("Ingress") as Ingress[]).flatMap((ingress) => routeOfIngress(ingress, names));
  const httpRoutes = (await httpRoutesIn(cluster, namespace)).flatMap((route) => routeOfHttp(route, names));
  return {
    services: services.map(({ metadata, spec: { type = "ClusterIP", selector = {}, ports = [] } }) => ({
      ...{ name: metadata.name, type, selector: selectorText(selector) },
      fits: ports.some(({ port, targetPort = port }) => OUR_PORT.includes(targetPort)),
    })),
    routes: [...ingresses, ...httpRoutes],
    networkPolicies: (of("NetworkPolicy") as NetworkPolicy[])
      .filter(({ spec }) => fits(spec.podSelector?.matchLabels))
      .map(({ metadata }) => metadata.name),
  };
}

/** Those of the Gateway API, which not every cluster has, and not everybody may read. */
async function httpRoutesIn(cluster: ReadCluster, namespace: string): Promise<HttpRoute[]> {
  try {
    return await cluster.list<HttpRoute>("httproutes.gateway.networking.k8s.io", namespace);
  } catch (error) {
    const isAbsent =
      error instanceof KubectlError && /doesn't have a resource type|is forbidden/.test(error.message);
    if (isAbsent) return [];
    throw error;
  }
}

const CLUSTER_ISSUER = "cert-manager.io/cluster-issuer";
const ISSUER = "cert-manager.io/issuer";
const CLASS = "kubernetes.io/ingress.class";
/** What tools write for themselves, and what other parts of the key say. */
const NOT_ANNOTATIONS =
  /^(kubectl\.kubernetes\.io|meta\.helm\.sh|argocd\.argoproj\.io|field\.cattle\.io|pulumi\.com)\/|^(cert-manager\.io\/(cluster-)?issuer|kubernetes\.io\/ingress\.class)$/;

function routeOfIngress(ingress: Ingress, services: readonly string[]): Route[] {
  const { metadata, spec } = ingress;
  const { annotations: all = {} } = metadata;
  const rules = (spec.rules ?? []).map(({ host = "", http }) => ({
    host,
    services: (http?.paths ?? []).map(({ backend }) => backend.service?.name ?? ""),
  }));
  const ours = rules.filter((rule) => rule.services.some((name) => services.includes(name)));
  if (ours.length === 0) return [];
  const hosts = ours.map(({ host }) => host);
  const tls = spec.tls?.find(({ hosts: its = [] }) => its.some((host) => hosts.includes(host)));
  const annotations = Object.fromEntries(
    Object.entries(all).filter(([annotation]) => !NOT_ANNOTATIONS.test(annotation)),
  );
  const className = spec.ingressClassName ?? all[CLASS];
  const [clusterIssuer, issuer] = [all[CLUSTER_ISSUER], all[ISSUER]];
  const hasIssuer = clusterIssuer !== undefined || issuer !== undefined;
  return [
    {
      ...{ object: referenceOf(ingress), hosts },
      isOcisAlone:
        spec.defaultBackend === undefined &&
        rules.every((rule) => rule.services.every((name) => services.includes(name))) &&
        new Set(rules.map(({ host }) => host)).size === 1,
      key: {
        ingress: {
          ...(className !== undefined && { className }),
          ...(clusterIssuer !== undefined && { clusterIssuer }),
          ...(issuer !== undefined && { issuer }),
          ...(tls?.secretName !== undefined && { tlsSecret: tls.secretName }),
          ...(Object.keys(annotations).length > 0 && { annotations }),
        },
      },
      left:
        tls?.secretName !== undefined || hasIssuer
          ? []
          : [
              `Ingress '${metadata.name}' names no Secret with a certificate, and the new one must: create one with ` +
                "`kubectl create secret tls`, and set ingress.tlsSecret of the key kubernetes to its name",
            ],
    },
  ];
}

function routeOfHttp(route: HttpRoute, services: readonly string[]): Route[] {
  const { metadata, spec } = route;
  const rules = spec.rules ?? [];
  const leadsToOcis = (rule: (typeof rules)[number], every = false) => {
    const names = (rule.backendRefs ?? []).map(({ name }) => services.includes(name));
    return every ? names.every(Boolean) : names.some(Boolean);
  };
  const [parent, ...others] = spec.parentRefs ?? [];
  if (parent === undefined || !rules.some((rule) => leadsToOcis(rule))) return [];
  const { name, namespace, sectionName, port } = parent;
  const hasFilters = rules.some(({ filters = [] }) => filters.length > 0);
  const gateways = others.map((other) => other.name).join(", ");
  return [
    {
      ...{ object: referenceOf(route), hosts: spec.hostnames ?? [] },
      isOcisAlone: rules.every((rule) => leadsToOcis(rule, true)),
      key: {
        gateway: {
          name,
          ...(namespace !== undefined && { namespace }),
          ...(sectionName !== undefined && { sectionName }),
          ...(port !== undefined && { port }),
        },
      },
      left: [
        ...(others.length === 0
          ? []
          : [`HTTPRoute '${metadata.name}' is at ${gateways} too, and the new one isn't: add one by hand`]),
        ...(hasFilters ? [`the filters of HTTPRoute '${metadata.name}' aren't imported`] : []),
      ],
    },
  ];
}

/** Host names of a pod by name. */
export const hostsOf = ({ hostAliases = [] }: PodSpec): Record<string, string> =>
  Object.fromEntries(
    hostAliases.flatMap(({ ip, hostnames = [] }) => hostnames.map((host) => [host, ip] as const)),
  );
