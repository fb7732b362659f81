import { registered } from "../targets/mocks";
import {
  ADMIN,
  ANNOTATIONS,
  base64,
  dataOf,
  LABELS,
  metadata,
  NAMESPACE,
  OWNER,
  secret,
  server,
  URL,
} from "./server-on-kubernetes";

test("makes these children by default, and lets nobody in before Pocket ID has an admin", async () => {
  const { inputs } = await server({ admin: ADMIN });
  const children = [
    ...["encryption-key", "api-key", "preflight", "namespace", "data", "secret-files", "stateful-set"],
    ...["service", "network-policy", "disruption-budget", "started", "ingress", "starting", "ready", "admin"],
  ];
  const own = Object.keys(inputs).filter((name) => name !== "pocket-id");
  expect(own.sort()).toEqual(children.map((child) => `pocket-id-${child}`).sort());
  const order = registered.map(({ name }) => name);
  for (const [first, then] of [
    ["started", "ingress"],
    ["ingress", "ready"],
    ["ready", "admin"],
  ]) {
    expect(order.indexOf(`pocket-id-${first}`)).toBeLessThan(order.indexOf(`pocket-id-${then}`));
  }
  expect(inputs["pocket-id-preflight"]).toMatchObject({
    ...{ owner: OWNER, namespace: NAMESPACE, image: "ghcr.io/pocket-id/pocket-id:v2.14.0" },
    ...{ dataVolume: "pocket-id-data", dataSize: "1Gi" },
    ...{ key: "pocket-id-encryption-key-id", passkeyHost: "pocket-id.company.com" },
  });
  expect(inputs["pocket-id-started"]).toMatchObject({
    ...{ namespace: NAMESPACE, name: "pocket-id", admin: ADMIN },
    triggers: { template: expect.stringMatching(/^[0-9a-f]{64}$/) as string, claim: "none" },
  });
  expect(inputs["pocket-id-data"]).toEqual({
    metadata: metadata("pocket-id-data"),
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim" },
  });
});

test("the StatefulSet, exactly", async () => {
  const { inputs } = await server();
  const health = { httpGet: { path: "/healthz", port: 1411 }, timeoutSeconds: 5 };
  const secretName = expect.stringMatching(/^pocket-id-secrets-[0-9a-f]{10}$/) as string;
  expect(inputs["pocket-id-stateful-set"]).toEqual({
    ...{ apiVersion: "apps/v1", kind: "StatefulSet" },
    metadata: metadata("pocket-id", {
      ...ANNOTATIONS,
      ...{ "pulumi.com/skipAwait": "false", "pulumi.com/waitFor": "jsonpath={.metadata.uid}" },
    }),
    spec: {
      ...{ replicas: 1, serviceName: "pocket-id", podManagementPolicy: "Parallel" },
      selector: { matchLabels: { "app.kubernetes.io/instance": "pocket-id" } },
      template: {
        metadata: { labels: LABELS },
        spec: {
          ...{ automountServiceAccountToken: false, enableServiceLinks: false },
          securityContext: {
            ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
            ...{ fsGroup: 1000, fsGroupChangePolicy: "OnRootMismatch" },
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              ...{ name: "pocket-id", image: "ghcr.io/pocket-id/pocket-id:v2.14.0" },
              env: [
                { name: "ANALYTICS_DISABLED", value: "true" },
                { name: "APP_URL", value: URL },
                { name: "STATIC_API_KEY_FILE", value: "/run/secrets/api-key" },
                { name: "ENCRYPTION_KEY_FILE", value: "/run/secrets/encryption-key" },
                { name: "TRUST_PROXY", value: "true" },
              ],
              ports: [{ name: "http", containerPort: 1411 }],
              startupProbe: { ...health, periodSeconds: 2, failureThreshold: 120 },
              readinessProbe: { ...health, periodSeconds: 10, failureThreshold: 3 },
              livenessProbe: { ...health, periodSeconds: 20, failureThreshold: 6 },
              resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "1024Mi" } },
              securityContext: {
                ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [
                { name: "data", mountPath: "/app/data" },
                { name: "tmp", mountPath: "/tmp" },
                { name: "secrets", mountPath: "/run/secrets", readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: "pocket-id-data" } },
            { name: "tmp", emptyDir: {} },
            {
              name: "secrets",
              secret: {
                ...{ secretName, defaultMode: 0o440 },
                items: ["api-key", "encryption-key"].map((key) => ({ key, path: key })),
              },
            },
          ],
        },
      },
    },
  });
  expect(dataOf(inputs)).toEqual(
    secret({ "encryption-key": base64("the-secret"), "api-key": base64("the-secret") }),
  );
});

test("what is around the pod, exactly", async () => {
  const { inputs } = await server({ ingress: { className: "nginx", clusterIssuer: "le" } });
  const selector = { "app.kubernetes.io/instance": "pocket-id" };
  expect(inputs["pocket-id-service"]).toEqual({
    ...{ apiVersion: "v1", kind: "Service", metadata: metadata("pocket-id") },
    spec: { selector, ports: [{ name: "http", port: 1411, targetPort: "http" }] },
  });
  expect(inputs["pocket-id-ingress"]?.["spec"]).toEqual({
    ingressClassName: "nginx",
    tls: [{ hosts: ["pocket-id.company.com"], secretName: "pocket-id-tls" }],
    rules: [
      {
        host: "pocket-id.company.com",
        http: {
          paths: [
            {
              ...{ path: "/", pathType: "Prefix" },
              backend: { service: { name: "pocket-id", port: { name: "http" } } },
            },
          ],
        },
      },
    ],
  });
  expect(inputs["pocket-id-ingress"]?.["metadata"]).toMatchObject({
    annotations: {
      "cert-manager.io/cluster-issuer": "le",
      "traefik.ingress.kubernetes.io/router.tls": "true",
    },
  });
  expect(inputs["pocket-id-network-policy"]?.["spec"]).toEqual({
    ...{ podSelector: { matchLabels: selector }, policyTypes: ["Ingress"] },
    ingress: [{ ports: [{ port: 1411, protocol: "TCP" }] }],
  });
  expect(inputs["pocket-id-disruption-budget"]?.["spec"]).toEqual({
    ...{ maxUnavailable: 1, selector: { matchLabels: selector } },
  });
  expect(inputs["pocket-id-namespace"]?.["metadata"]).toEqual({
    name: NAMESPACE,
    labels: { ...LABELS, "pod-security.kubernetes.io/enforce": "restricted" },
    annotations: ANNOTATIONS,
  });
});
