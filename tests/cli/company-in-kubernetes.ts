import type { SnapshotResource, StackSnapshot } from "../../cli/stacks";

export const OWNER = "io.github.ocis-pocket-id.owner";
const place = {
  namespace: "shop",
  annotations: { [OWNER]: "shop/test/ocis", "pulumi.com/skipAwait": "true" },
};
export const OCIS_URL = "https://ocis.company.com";

/** What state has: enough of each kind for what is special about it. */
const MANIFESTS = {
  space: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  set: {
    ...{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { ...place, name: "ocis" } },
    spec: {
      replicas: 1,
      template: {
        metadata: { labels: { app: "ocis" } },
        spec: {
          hostAliases: [],
          containers: [
            {
              ...{ name: "ocis", image: "owncloud/ocis:8.0.5", command: ["/bin/sh", "-c", "x".repeat(100)] },
              env: [
                { name: "OCIS_URL", value: OCIS_URL },
                { name: "PROXY_AUTOPROVISION_CLAIM_GROUPS" },
                { name: "DB_DSN", value: "must-not-be-seen" },
                { name: "PW", valueFrom: { secretKeyRef: { name: "ocis-secrets", key: "PW" } } },
              ],
              volumeMounts: ["/etc/ocis", "/etc/ocis/csp.yaml"].map((mountPath) => ({
                name: "v",
                mountPath,
              })),
            },
          ],
        },
      },
    },
  },
  secret: {
    ...{ apiVersion: "v1", kind: "Secret", metadata: { ...place, name: "ocis-secrets" } },
    ...{ data: { PW: "bXVzdC1ub3QtYmUtc2Vlbg==" }, stringData: { text: "must-not-be-seen" } },
  },
  files: {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { ...place, name: "ocis-files" } },
    data: { "csp.yaml": "must-not-be-seen" },
  },
  data: {
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { ...place, name: "ocis-data" } },
    spec: { resources: { requests: { storage: "20Gi" } } },
  },
  service: {
    ...{ apiVersion: "v1", kind: "Service", metadata: { ...place, name: "ocis" } },
    spec: { ports: [{ name: "http", port: 9200 }], selector: { app: "ocis" } },
  },
};
export type Key = keyof typeof MANIFESTS;
export interface Live {
  kind: string;
  metadata: Record<string, unknown>;
  [key: string]: unknown;
}

/** What the cluster has: the same, as the API server completes it. */
export function live(): Record<Key, Live> {
  const copy = structuredClone(MANIFESTS) as unknown as Record<Key, Live>;
  for (const one of Object.values(copy)) {
    one.metadata = { ...one.metadata, uid: `uid-${one.kind}`, creationTimestamp: "2026-01-01T00:00:00Z" };
    one.metadata["annotations"] = { [OWNER]: "shop/test/ocis", "deployment.kubernetes.io/revision": "1" };
  }
  const { set, secret, data, service } = copy as unknown as Record<Key, { spec: Record<string, unknown> }>;
  Object.assign(set.spec, { podManagementPolicy: "OrderedReady" });
  delete (set.spec["template"] as { spec: { hostAliases?: unknown } }).spec.hostAliases;
  Object.assign(secret, {
    type: "Opaque",
    data: { PW: "bXVzdC1ub3QtYmUtc2Vlbg==", text: "bXVzdC1ub3QtYmUtc2Vlbg==" },
  });
  Object.assign(data, { status: { phase: "Bound" } });
  Object.assign(data.spec, { volumeName: "pv-1" });
  Object.assign(service.spec, {
    clusterIP: "10.96.0.7",
    ports: [{ name: "http", port: 9200, protocol: "TCP" }],
  });
  return copy;
}

export const resource = (type: string, fields: Partial<SnapshotResource>): SnapshotResource => ({
  ...{ urn: `urn:pulumi:test::p::${type}::x`, type, name: "x", id: "x", inputs: {}, outputs: {} },
  ...{ secrets: new Set<string>(), handler: undefined, provider: { context: "company" } },
  ...fields,
});

export function snapshot(secrets: readonly string[] = []): StackSnapshot {
  const objects = Object.entries(MANIFESTS).map(([key, inputs]) => {
    const { kind, metadata } = inputs;
    const id = kind === "Namespace" ? "shop" : `shop/${metadata.name}`;
    return resource(`kubernetes:${kind}`, { urn: key, id, inputs, secrets: new Set(secrets) });
  });
  const outputs = {
    ...{ namespace: "shop", configVolume: "ocis-config", dataVolume: "ocis-data" },
    claimIds: { data: "uid-PersistentVolumeClaim" },
  };
  const component = resource("ocis-pocket-id:index:OcisWithPocketId", {
    outputs: { ocisUrl: OCIS_URL, issuer: "https://id.company.com", clientId: "ocis.company.com" },
  });
  return {
    ...{ name: "test", project: "p", options: "--stack test", outputs: {}, connection: undefined },
    ...{ hasKeyInClear: false, hide: (text: string) => text },
    resources: [component, resource("dynamic", { outputs }), ...objects],
  };
}

/** Answers of a fake `kubectl` by its words, in the cluster of this state. */
export function answersTo(answers: Readonly<Record<string, string | object>>) {
  const entries = Object.entries(answers).map(([words, stdout]) => [
    `--context=company ${words}`,
    { stdout },
  ]);
  return Object.fromEntries(entries) as Record<string, { stdout: string | object }>;
}

/** What `kubectl` answers without a cluster. */
export const NO_CLUSTER = {
  "": {
    stderr:
      "E1128 12:00:00.000000 1 memcache.go:265] couldn't get current server API group list\n" +
      "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n",
    exitCode: 1,
  },
};
