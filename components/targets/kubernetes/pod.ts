import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { types } from "@pulumi/kubernetes";
import { RESTRICTED_CONTAINER, RESTRICTED_POD } from "../../kubernetes/restricted";
import { checkedLimits } from "../limits";
import type { Workload } from "../workload";
import type { KubernetesTargetArgs } from "./arguments";

type PodSpec = types.input.core.v1.PodSpec;

/** Where the Secret with files is mounted. */
export const SECRETS = "/run/secrets";

/** Which nodes may run a pod, and how its image is pulled. */
export function placement({
  nodeSelector,
  imagePullSecrets,
}: Pick<KubernetesTargetArgs, "nodeSelector" | "imagePullSecrets">) {
  return {
    ...(nodeSelector && { nodeSelector }),
    ...(imagePullSecrets && {
      imagePullSecrets: pulumi.output(imagePullSecrets).apply((names) => names.map((name) => ({ name }))),
    }),
  };
}

/** How much of a node a container may use. */
export function resourcesOf({ memory, cpus }: ReturnType<typeof checkedLimits>, request: number) {
  return {
    requests: { cpu: "100m", memory: `${Math.min(request, memory || request)}Mi` },
    limits: {
      ...(memory === 0 ? {} : { memory: `${memory}Mi` }),
      ...(cpus === 0 ? {} : { cpu: String(cpus) }),
    },
  };
}

/** The volume of a Secret's files. */
export function secretVolume(secretName: pulumi.Input<string>, files: pulumi.Input<string[]>) {
  const items = pulumi.output(files).apply((names) => names.map((key) => ({ key, path: key })));
  return { name: "secrets", secret: { secretName, defaultMode: 0o440, items } };
}

/** What the pod is made of. */
export interface Parts {
  /** Names of ConfigMap, Secrets and claims. */
  names: Record<"config" | "data", string> & Record<"files" | "secrets", pulumi.Input<string>>;
  /** Names of the variables that the Secret holds. */
  variables: pulumi.Input<string[]>;
  /** Names of the files that it holds. */
  secretFiles: pulumi.Input<string[]>;
  image: pulumi.Input<string>;
  extraHosts: pulumi.Input<{ host: string; ip: string }[]>;
}

const sorted = <T>(entries: [string, T][]) => entries.sort(([a], [b]) => (a < b ? -1 : 1));

/** The pod's specification. It passes the Pod Security Standard `restricted`. */
export function podSpec(workload: Workload, args: KubernetesTargetArgs, parts: Parts): PodSpec {
  const { container } = workload;
  const { key } = container.product;
  const own = typeof args.tls === "object" && {
    PROXY_TRANSPORT_TLS_CERT: container.paths.certificate,
    PROXY_TRANSPORT_TLS_KEY: container.paths.privateKey,
  };
  const env = pulumi
    .all([workload.environment, parts.variables, parts.names.secrets])
    .apply(([open, secret, secretName]) => [
      ...sorted(Object.entries({ ...open, ...own })).map(([name, value]) => ({ name, value })),
      ...secret.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secretName, key: name } } })),
    ]);
  const start =
    key === "ocis" ? container.secretsScript() : container.startScript(container.paths.adminPassword);
  const scheme = workload.tls ? "HTTPS" : "HTTP";
  return {
    ...RESTRICTED_POD,
    terminationGracePeriodSeconds: container.graceSeconds,
    ...placement(args),
    hostAliases: pulumi.output(parts.extraHosts).apply(hostAliases),
    containers: [
      {
        name: key,
        image: parts.image,
        command: ["/bin/sh", "-c", start],
        env,
        ports: [{ name: "http", containerPort: container.port }],
        ...probes(workload, scheme),
        resources: resourcesOf(checkedLimits(args.limits), 512),
        ...RESTRICTED_CONTAINER,
        volumeMounts: [
          { name: "config", mountPath: container.paths.config },
          { name: "data", mountPath: container.paths.data },
          { name: "tmp", mountPath: "/tmp" },
          {
            name: "files",
            mountPath: workload.files.csp.path,
            subPath: workload.files.csp.name,
            readOnly: true,
          },
          ...(workload.files.authority
            ? [
                {
                  ...{ name: "files", mountPath: workload.files.authority.path },
                  ...{ subPath: workload.files.authority.name, readOnly: true },
                },
              ]
            : []),
          { name: "secrets", mountPath: SECRETS, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "config", persistentVolumeClaim: { claimName: parts.names.config } },
      { name: "data", persistentVolumeClaim: { claimName: parts.names.data } },
      { name: "tmp", emptyDir: {} },
      { name: "files", configMap: { name: parts.names.files } },
      secretVolume(parts.names.secrets, parts.secretFiles),
    ],
  };
}

/** By address, because Kubernetes takes each once. */
function hostAliases(hosts: readonly { host: string; ip: string }[]) {
  const addresses = [...new Set(hosts.map(({ ip }) => ip))];
  return addresses.map((ip) => ({
    ip,
    hostnames: hosts.filter((one) => one.ip === ip).map(({ host }) => host),
  }));
}

/**
 * A login needs the discovery document, which oCIS has from Pocket ID, and services that start later: nothing is sent to the pod
 * until all of them are there. Afterwards Pocket ID may be away for a while without stopping oCIS for those who are signed in.
 */
function probes({ container, tls }: Workload, scheme: string) {
  const { key, prefix } = container.product;
  const document = `${tls ? "https" : "http"}://127.0.0.1:${container.port}/.well-known/openid-configuration`;
  const script = [
    `${key} graph health && ${key} users health && ${key} storage-users health`,
    // Somebody who has another directory of accounts has turned idm off.
    `&& case ",$${prefix}_EXCLUDE_RUN_SERVICES," in *,idm,*) ;; *) ${key} idm health;; esac`,
    `&& if command -v curl >/dev/null; then curl -fsSk -o /dev/null ${document};`,
    `else wget -q -O /dev/null --no-check-certificate ${document}; fi`,
  ].join(" ");
  const status = { path: "/status.php", port: container.port, scheme };
  return {
    startupProbe: {
      exec: { command: ["/bin/sh", "-c", script] },
      ...{ periodSeconds: 3, timeoutSeconds: 15, failureThreshold: 60 },
    },
    readinessProbe: { httpGet: status, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: { httpGet: status, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 },
  };
}
